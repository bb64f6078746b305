// amphora-controller agent push: the whole desired state of a load balancer to one agent or several.
using System.CommandLine;
using Amphora.Contract;
using Amphora.Contract.DesiredState;
using Amphora.Controller.Cli.Rollbacks;
using Amphora.Controller.Drivers.AmphoraAgent;

namespace Amphora.Controller.Cli;

/// <summary>The command <c>agent push</c>.</summary>
internal static class PushCommand
{
    /// <summary>The command.</summary>
    public static Command Create(AgentCommands commands)
    {
        var file = CommandOptions.Path("--file", "FILE", "The desired state document; - is standard input.");
        file.Required = true;
        var certificates = CommandOptions.Path("--certificates", "DIR", "Directory with the files that tls_files names; missing ones are uploaded first.");
        var ifMatch = AgentCommands.IfMatch();
        var confirmWithin = RollbackCommands.ConfirmWithin();
        var plan = new Option<bool>("--plan") { Description = "Say what would happen, and do nothing." };
        var command = new Command("push", "Bring a load balancer to its desired state. With --amphora-id each agent gets the document as that amphora.")
        {
            file, certificates, ifMatch, confirmWithin, plan,
        };
        command.SetAction((parsed, token) => commands.WithAgentsAsync(parsed, async group =>
        {
            var directory = parsed.GetValue(certificates);
            if (directory is not null && !Directory.Exists(directory))
            {
                return commands.Wrong($"--certificates '{directory}': there is no such directory");
            }

            var path = parsed.GetRequiredValue(file);
            var prepared = await PrepareAsync(path, directory, group.Endpoints.Select(agent => agent.AmphoraId).OfType<Guid>(), token);
            return prepared.Unreadable is { } unreadable ? commands.Wrong(unreadable)
                : prepared.Push is { } planned && parsed.GetValue(plan)
                    ? await commands.AskAsync(parsed, group, AgentViews.Plan, (agent, inner) => agent.PlanAsync(planned, parsed.GetValue(ifMatch), inner), token)
                : prepared.Push is { } push
                    ? await commands.AskAsync(parsed, group, AgentViews.Applied, (agent, inner) => agent.PushAsync(push.Within(parsed.GetValue(confirmWithin)), parsed.GetValue(ifMatch), inner), token)
                    : commands.Refuse(parsed, group, AgentViews.Applied, Faulty(path, prepared.Faults));
        }));
        return command;
    }

    private static async Task<(LoadBalancerPush? Push, ValueList<Fault> Faults, string? Unreadable)> PrepareAsync(
        string path, string? certificates, IEnumerable<Guid> amphoraIds, CancellationToken cancellationToken)
    {
        try
        {
            var (push, faults) = LoadBalancerPush.Prepare(await ReadAsync(path, cancellationToken), name => FindFile(certificates, name), amphoraIds);
            return (push, faults, null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return (null, [], $"--file '{path}'{(certificates is null ? "" : $" with --certificates '{certificates}'")}: {exception.Message}");
        }
    }

    private static byte[]? FindFile(string? directory, string name) =>
        directory is not null && Path.Combine(directory, name) is var path && File.Exists(path) ? File.ReadAllBytes(path) : null;

    private static AgentError Faulty(string path, ValueList<Fault> faults) =>
        new(AgentErrorKind.Refused, $"cannot push {path}: {faults.Count} {(faults.Count == 1 ? "fault" : "faults")}; nothing was sent") { Faults = faults };

    // One byte more than allowed is enough to know that it is too much.
    private static async Task<byte[]> ReadAsync(string path, CancellationToken cancellationToken)
    {
        await using var stream = path == "-" ? Console.OpenStandardInput() : File.OpenRead(path);
        var buffer = new byte[DesiredStateDocument.MaxBytes + 1];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return buffer[..length];
    }
}

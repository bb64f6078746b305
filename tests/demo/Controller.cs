// amphora-controller as an operator types it, with a state directory of its own.
using System.Text.Json.Nodes;
using Amphora.Fixtures;
using Amphora.Fixtures.Controllers;
using Amphora.Fixtures.Programs;

namespace Amphora.Demo;

/// <summary>The controller's command line. A command that has begun is not broken off: it would leave a flow in the middle.</summary>
internal sealed class Controller(Report report, TestFolder folder)
{
    // Short, so that a death is noticed while somebody watches; and this machine may allow fewer open files than 50,000 connections take.
    private string[] Options => ["--state-dir", folder["state"], "--default-connection-limit", "1000", "--heartbeat-interval", "1"];

    /// <summary>Runs a command, shows it, and answers each line of JSON that it printed.</summary>
    public Task<IReadOnlyList<JsonNode>> RunAsync(params string[] words)
    {
        // Paths and options that are always the same are left out.
        report.Command(["amphora-controller", .. words.Select(word => word.Replace(folder.Path + "/", "", StringComparison.Ordinal))]);
        return AskAsync(words);
    }

    /// <summary>As <see cref="RunAsync"/>, without showing it.</summary>
    public async Task<IReadOnlyList<JsonNode>> AskAsync(params string[] words)
    {
        string output = await Command.OutputAsync(With([.. words, "--output", "json"]), CancellationToken.None);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];
    }

    /// <summary>Runs a command and shows what it prints for people.</summary>
    public async Task ShowAsync(params string[] words)
    {
        report.Command(["amphora-controller", .. words]);
        foreach (string line in (await Command.OutputAsync(With(words), CancellationToken.None)).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            report.Line(line);
        }
    }

    /// <summary>Runs a command that may fail.</summary>
    public async Task<bool> TryAsync(params string[] words) => (await Command.RunAsync(With(words), CancellationToken.None)).ExitCode == 0;

    /// <summary>Starts the controller that stays: it receives heartbeats and replaces amphorae that send none.</summary>
    public ServingController Serve()
    {
        report.Command(["amphora-controller", "serve", "--heartbeat-timeout", "6"]);
        // Not of this terminal: Ctrl-C ends the demonstration, and this one is still needed to clean up.
        return ServingController.Start(["setsid"], folder["serve.log"], [.. Options, "--heartbeat-timeout", "6", "--health-check-interval", "1"]);
    }

    private List<string> With(string[] words) => ["env", $"AMPHORA_AGENT={Checkout.AgentCommand[^1]}", .. Checkout.ControllerCommand, .. words, .. Options];
}

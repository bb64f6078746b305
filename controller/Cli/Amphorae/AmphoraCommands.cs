// amphora-controller amphora: list, show, stats, failover, delete, configure, rotate.
using System.CommandLine;
using Amphora.Contract;
using Amphora.Contract.DesiredState;
using Amphora.Controller.Amphorae;
using Amphora.Controller.Cli.Following;
using Amphora.Controller.Cli.LoadBalancers;
using Amphora.Controller.Cli.Objects;
using Amphora.Controller.Flows;
using Amphora.Controller.Hosting;
using Amphora.Controller.Store;

namespace Amphora.Controller.Cli.Amphorae;

/// <summary>The commands of the noun <c>amphora</c>; names as <c>openstack loadbalancer amphora</c> has them.</summary>
internal sealed class AmphoraCommands
{
    /// <summary>The noun.</summary>
    public const string Noun = "amphora";

    private readonly Terminal _terminal;
    private readonly Option<OutputFormat> _output = CommandOptions.Output();
    private readonly ControllerCommandOptions _controller = new();
    private readonly Argument<Guid> _id = CommandOptions.Word<Guid>("ID", "The amphora.", "a UUID is needed", CommandOptions.Uuid);

    private readonly FlowFollower _follower;

    private AmphoraCommands(Terminal terminal) => (_terminal, _follower) = (terminal, new FlowFollower(terminal));

    /// <summary>The noun with its commands, or without when another one was asked for.</summary>
    public static Command Create(Terminal terminal, bool isWanted)
    {
        var noun = new Command(Noun, "Look at amphorae, give them certificates and configuration, delete broken ones.");
        if (isWanted)
        {
            var commands = new AmphoraCommands(terminal);
            noun.Options.Add(commands._output);
            commands._controller.AddTo(noun);
            foreach (var command in (Command[])[commands.List(), commands.Show(), commands.Statistics(), commands.Failover(), commands.Delete(), commands.Configure(), commands.Rotate()])
            {
                noun.Subcommands.Add(command);
            }
        }

        return noun;
    }

    private Command List()
    {
        var loadBalancer = CommandOptions.One<string>("--loadbalancer", "NAME-OR-ID", "Only of this load balancer.", "a name or id is needed", CommandOptions.NotEmpty);
        var compute = CommandOptions.One<string>("--compute-id", "ID", "Only that which is this machine.", "an id is needed", CommandOptions.NotEmpty);
        var role = CommandOptions.One<AmphoraRole?>("--role", "MASTER|BACKUP|STANDALONE", "Only of this role.", "MASTER, BACKUP or STANDALONE is needed", Maybe(WireNames.AmphoraRoles));
        var status = CommandOptions.One<AmphoraStatus?>("--status", "STATUS", "Only in this status, as ALLOCATED or READY.", $"one of {string.Join(", ", WireNames.AmphoraStatuses.Names)} is needed", Maybe(WireNames.AmphoraStatuses));
        var command = new Command("list", "Amphorae that are not deleted, spares too.") { loadBalancer, compute, role, status };
        command.SetAction((parsed, token) => _controller.RunAsync(parsed, _terminal, async controller =>
        {
            Guid? owner = null;
            if (parsed.GetValue(loadBalancer) is { } name)
            {
                var found = await new FoundObjects(controller).LoadBalancerAsync(name, token);
                if (found.Refusal is { } refusal)
                {
                    return Refusals.Print(_terminal, refusal);
                }

                owner = found.Value.Id;
            }

            var rows = await controller.Database.ReadAsync((transaction, cancel) => new AmphoraRows(transaction).ListAsync(cancel), token);
            AmphoraPrinter.Print(_terminal, parsed.GetValue(_output), rows.Where(row =>
                (owner is null || row.LoadBalancerId == owner)
                && (parsed.GetValue(compute) is not { } machine || row.ComputeId == machine)
                && (parsed.GetValue(role) is not { } wanted || row.Role == wanted)
                && (parsed.GetValue(status) is not { } state || row.Status == state)));
            return ExitCode.Done;
        }, token));
        return command;
    }

    private Command Show() => Of("show", "Everything that is known of one.", async (parsed, controller, token) =>
    {
        if (await FindAsync(parsed, controller, token) is not { } row)
        {
            return Missing(parsed);
        }

        AmphoraPrinter.Print(_terminal, parsed.GetValue(_output), row);
        return ExitCode.Done;
    });

    private Command Statistics() => Of("stats", "What one has counted for each listener.", async (parsed, controller, token) =>
    {
        if (await FindAsync(parsed, controller, token) is null)
        {
            return Missing(parsed);
        }

        var statistics = await controller.Database.ReadAsync((transaction, cancel) => new StatisticsRows(transaction).OfAmphoraAsync(parsed.GetValue(_id), cancel), token);
        if (statistics.Count == 0)
        {
            return Refusals.Print(_terminal, new Refusal(RefusalKind.NotFound, $"Amphora {parsed.GetValue(_id)} has counted nothing so far."));
        }

        AmphoraPrinter.Print(_terminal, parsed.GetValue(_output), statistics);
        return ExitCode.Done;
    });

    private Command Failover() => _follower.AddTo(Of("failover", "Put a new one in its place; one that serves no load balancer is only deleted.", async (parsed, controller, token) =>
    {
        var begun = await controller.FailoverAmphoraAsync(parsed.GetValue(_id), token);
        return begun switch
        {
            { Refusal: { } refusal } => Refusals.Print(_terminal, refusal),
            { Value: { } value } => await _follower.FollowAsync(parsed, controller, value.FlowId, token),
            _ => ExitCode.Done,
        };
    }));

    private Command Delete()
    {
        var spare = new Option<bool>("--spare") { Description = "Also one that waits in the spare pool." };
        var command = Begin("delete", "Delete one that is in ERROR, with its machine and ports.", (parsed, controller, token) =>
            new DeleteAmphora(controller.Services.Amphorae, controller.Flows).RecordAsync(parsed.GetValue(_id), parsed.GetValue(spare), token));
        command.Options.Add(spare);
        return command;
    }

    private Command Configure() => Begin("configure", "Give its agent the configuration that a new one would get.", (parsed, controller, token) =>
        new ConfigureAmphora(controller.Services.Amphorae, controller.Flows).RecordAsync(parsed.GetValue(_id), token));

    private Command Rotate() => Begin("rotate", "Give it a new certificate, whenever the one it has ends.", (parsed, controller, token) =>
        new RotateCertificate(controller.Services.Amphorae, controller.Flows).RecordAsync(parsed.GetValue(_id), token));

    private Command Begin(string name, string description, Func<ParseResult, RunningController, CancellationToken, Task<Decision<BegunAmphora>>> record) => _follower.AddTo(Of(name, description, async (parsed, controller, token) =>
    {
        var begun = await record(parsed, controller, token);
        return begun.Refusal is { } refusal
            ? Refusals.Print(_terminal, refusal)
            : await _follower.FollowAsync(parsed, controller, begun.Value.FlowId, token);
    }));

    private Command Of(string name, string description, Func<ParseResult, RunningController, CancellationToken, Task<ExitCode>> run)
    {
        var command = new Command(name, description) { _id };
        command.SetAction((parsed, token) => _controller.RunAsync(parsed, _terminal, controller => run(parsed, controller, token), token));
        return command;
    }

    // Deleted ones are hidden (load-balancer-api.md §14).
    private async Task<AmphoraRow?> FindAsync(ParseResult parsed, RunningController controller, CancellationToken cancellationToken) =>
        await controller.Database.ReadAsync((transaction, token) => new AmphoraRows(transaction).GetAsync(parsed.GetValue(_id), token), cancellationToken) is { Status: not AmphoraStatus.Deleted } row ? row : null;

    private ExitCode Missing(ParseResult parsed) => Refusals.Print(_terminal, new Refusal(RefusalKind.NotFound, $"Amphora {parsed.GetValue(_id)} not found."));

    private static WordReader<T?> Maybe<T>(WireTable<T> words)
        where T : struct, Enum => (string word, out T? value) =>
    {
        value = words.TryRead(word, out var read) ? read : null;
        return value is not null;
    };
}

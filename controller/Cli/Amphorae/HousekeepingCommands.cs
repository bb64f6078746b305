// amphora-controller housekeeping run: a round of its jobs, for orchestration without a controller that runs.
using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Amphora.Controller.Cli.LoadBalancers;
using Amphora.Controller.Hosting;
using Amphora.Controller.Housekeeping;

namespace Amphora.Controller.Cli.Amphorae;

/// <summary>The commands of the noun <c>housekeeping</c>.</summary>
internal sealed class HousekeepingCommands
{
    /// <summary>The noun.</summary>
    public const string Noun = "housekeeping";

    private readonly Terminal _terminal;
    private readonly Option<OutputFormat> _output = CommandOptions.Output();
    private readonly ControllerCommandOptions _controller = new() { Housekeeping = new HousekeepingCommandOptions() };

    private HousekeepingCommands(Terminal terminal) => _terminal = terminal;

    /// <summary>The noun with its commands, or without when another one was asked for.</summary>
    public static Command Create(Terminal terminal, bool isWanted)
    {
        var noun = new Command(Noun, "Fill the spare pool, forget what is gone, replace certificates, remove orphans.");
        if (isWanted)
        {
            var commands = new HousekeepingCommands(terminal);
            noun.Options.Add(commands._output);
            commands._controller.AddTo(noun);
            noun.Subcommands.Add(commands.Run());
        }

        return noun;
    }

    private Command Run()
    {
        var job = CommandOptions.One<string>("--job", "NAME", "Only this one: spares, cleanup, certificates or orphans (default: all, in this order).", "a name is needed", CommandOptions.NotEmpty);
        var dryRun = new Option<bool>("--dry-run") { Description = "Only say what would be done." };
        var command = new Command("run", "One round of each job.") { job, dryRun };
        command.SetAction((parsed, token) => _controller.RunAsync(parsed, _terminal, controller =>
        {
            var wanted = controller.Housekeeping.Where(one => parsed.GetValue(job) is not { } name || one.Name == name).ToList();
            return wanted.Count > 0
                ? RunAsync(wanted, parsed.GetValue(dryRun), parsed.GetValue(_output), token)
                : throw new ControllerException($"there is no job {parsed.GetValue(job)}: there are {string.Join(", ", controller.Housekeeping.Select(static one => one.Name))}");
        }, token));
        return command;
    }

    private async Task<ExitCode> RunAsync(IReadOnlyList<HousekeepingJob> jobs, bool isDryRun, OutputFormat format, CancellationToken cancellationToken)
    {
        List<HousekeepingRound> rounds = [];
        foreach (var job in jobs)
        {
            rounds.Add(isDryRun ? await job.PreviewAsync(cancellationToken) : await job.RunAsync(cancellationToken));
        }

        Print(rounds, format);
        return rounds.Any(static round => round.Actions.Any(static action => action.Error is not null)) ? ExitCode.Refused : ExitCode.Done;
    }

    private void Print(List<HousekeepingRound> rounds, OutputFormat format)
    {
        var table = new Table("JOB", "ACTION", "COUNT", "OBJECT", "ERROR");
        foreach (var (job, action) in rounds.SelectMany(static round => round.Actions.Select(action => (round.Job, action))))
        {
            if (format == OutputFormat.Json)
            {
                _terminal.Out.WriteLine(new JsonObject { ["job"] = job, ["action"] = action.What, ["count"] = action.Count, ["object"] = action.Which, ["error"] = action.Error }.ToJsonString());
            }

            table.Add(job, action.What, action.Count.ToString(CultureInfo.InvariantCulture), Table.OrDash(action.Which), Table.OrDash(action.Error));
        }

        if (format == OutputFormat.Table)
        {
            table.WriteTo(_terminal.Out);
        }
    }
}

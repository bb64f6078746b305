// amphora-controller quota: show, set, unset, list.
using System.CommandLine;
using System.Globalization;
using Amphora.Controller.Cli.Following;
using Amphora.Controller.Flows;
using Amphora.Controller.Hosting;
using Amphora.Controller.LoadBalancers;
using Amphora.Controller.LoadBalancers.Quotas;
using Amphora.Controller.Store;

namespace Amphora.Controller.Cli.LoadBalancers;

/// <summary>The commands of the noun <c>quota</c>.</summary>
internal sealed class QuotaCommands
{
    /// <summary>The noun.</summary>
    public const string Noun = "quota";

    private const int Most = 2_000_000_000;

    private readonly Terminal _terminal;
    private readonly Option<OutputFormat> _output = CommandOptions.Output();
    private readonly ControllerCommandOptions _controller = new();
    private readonly Option<string> _project = CommandOptions.One<string>("--project", "PROJECT", "Whose (default: default).", "a project is needed", CommandOptions.NotEmpty);

    private QuotaCommands(Terminal terminal) => _terminal = terminal;

    /// <summary>The noun with its commands, or without when another one was asked for.</summary>
    public static Command Create(Terminal terminal, bool isWanted)
    {
        var noun = new Command(Noun, "How much a project may have.");
        if (isWanted)
        {
            var commands = new QuotaCommands(terminal);
            noun.Options.Add(commands._output);
            commands._controller.AddTo(noun);
            foreach (var command in (Command[])[commands.Show(), commands.Set(), commands.Unset(), commands.List()])
            {
                noun.Subcommands.Add(command);
            }
        }

        return noun;
    }

    private Command Show()
    {
        var command = new Command("show", "What a project may have, and has.") { _project };
        command.SetAction((parsed, token) => _controller.RunAsync(parsed, _terminal, async controller =>
        {
            await PrintAsync(parsed, controller, token);
            return ExitCode.Done;
        }, token));
        return command;
    }

    private Command Set()
    {
        var limits = Enum.GetValues<QuotaKind>().ToDictionary(static kind => kind, static kind => CommandOptions.One<int?>(
            OptionName(kind), "N", "At most; -1: no limit.", $"a whole number from {QuotaRow.Unlimited} to {Most} is needed", Limit));
        return Change("set", "Give a project limits of its own.", limits.Values, parsed => limits.Where(limit => parsed.GetResult(limit.Value) is not null).ToDictionary(static limit => limit.Key, limit => parsed.GetValue(limit.Value)));
    }

    private Command Unset()
    {
        var limits = Enum.GetValues<QuotaKind>().ToDictionary(static kind => kind, static kind => new Option<bool>(OptionName(kind)) { Description = "The default counts again." });
        return Change("unset", "Take limits of its own away from a project.", limits.Values, parsed => limits.Where(limit => parsed.GetValue(limit.Value)).ToDictionary(static limit => limit.Key, static _ => (int?)null));
    }

    private Command List()
    {
        var command = new Command("list", "Projects that have something, or limits of their own.");
        command.SetAction((parsed, token) => _controller.RunAsync(parsed, _terminal, async controller =>
        {
            var rows = await controller.Database.ReadAsync((transaction, cancel) => new QuotaRows(transaction).ListAsync(cancel), token);
            Print(parsed, controller, rows.GroupBy(static row => row.ProjectId));
            return ExitCode.Done;
        }, token));
        return command;
    }

    private Command Change(string verb, string description, IEnumerable<Option> options, Func<ParseResult, IReadOnlyDictionary<QuotaKind, int?>> read)
    {
        var command = new Command(verb, description) { _project };
        foreach (var option in options)
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, token) => _controller.RunAsync(parsed, _terminal, async controller =>
        {
            var limits = read(parsed);
            if (limits.Count == 0)
            {
                return Refusals.Print(_terminal, new Refusal(RefusalKind.Invalid, $"nothing to {verb}: {string.Join(", ", Enum.GetValues<QuotaKind>().Select(OptionName))} are there to choose from"));
            }

            await controller.Database.InTransactionAsync((transaction, cancel) => new QuotaRows(transaction).SetAsync(Project(parsed), limits, cancel), token);
            await PrintAsync(parsed, controller, token);
            return ExitCode.Done;
        }, token));
        return command;
    }

    private async Task PrintAsync(ParseResult parsed, RunningController controller, CancellationToken cancellationToken)
    {
        var project = Project(parsed);
        var rows = await controller.Database.ReadAsync((transaction, token) => new QuotaRows(transaction).GetAsync(project, token), cancellationToken);
        Print(parsed, controller, [new Grouped(project, rows)]);
    }

    private void Print(ParseResult parsed, RunningController controller, IEnumerable<IGrouping<string, QuotaRow>> projects)
    {
        var table = new Table("PROJECT", "KIND", "LIMIT", "IN USE");
        foreach (var project in projects)
        {
            var quotas = QuotaView.Of([.. project], controller.Services.Settings.Quotas);
            if (parsed.GetValue(_output) == OutputFormat.Json)
            {
                _terminal.Out.WriteLine(QuotaView.Write(project.Key, quotas).ToJsonString());
            }

            foreach (var quota in quotas)
            {
                table.Add(project.Key, quota.Kind.ToWire(), quota.Limit == QuotaRow.Unlimited ? "unlimited" : quota.Limit.ToString(CultureInfo.InvariantCulture), quota.InUse.ToString(CultureInfo.InvariantCulture));
            }
        }

        if (parsed.GetValue(_output) == OutputFormat.Table)
        {
            table.WriteTo(_terminal.Out);
        }
    }

    private string Project(ParseResult parsed) => parsed.GetValue(_project) ?? "default";

    // As the stock client has them: --loadbalancer, --healthmonitor.
    private static string OptionName(QuotaKind kind) => $"--{kind.ToWire().Replace("_", "", StringComparison.Ordinal)}";

    private static bool Limit(string word, out int? limit)
    {
        limit = int.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number is >= QuotaRow.Unlimited and <= Most ? number : null;
        return limit is not null;
    }

    private sealed class Grouped(string key, IEnumerable<QuotaRow> rows) : List<QuotaRow>(rows), IGrouping<string, QuotaRow>
    {
        public string Key => key;
    }
}

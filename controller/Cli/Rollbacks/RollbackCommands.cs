// amphora-controller agent: history, confirm, rollback.
using System.CommandLine;
using System.Globalization;
using Amphora.Contract.Rest;
using Amphora.Controller.Drivers.AmphoraAgent;

namespace Amphora.Controller.Cli.Rollbacks;

/// <summary>The generations agents remember, and the way back.</summary>
internal static class RollbackCommands
{
    private static readonly string s_rule =
        $"{LoadBalancerHistory.LeastConfirmWithin} to {LoadBalancerHistory.MostConfirmWithin} seconds are needed, as 60s or 5m";

    private static AgentView<LoadBalancerHistory> History { get; } = new()
    {
        Type = ContractJson.Default.LoadBalancerHistory,
        Header = ["SEQUENCE", "GENERATION", "APPLIED", "OUTCOME", "CONFIRM BY", "SUMMARY", "REASON"],
        Rows = static answer => answer.Generations.Select(one => new[]
        {
            one.Sequence.ToString(CultureInfo.InvariantCulture), Table.OrDash(one.Generation), Time(one.AppliedAt), Outcome(one),
            one.ConfirmBy is { } time ? Time(time) : "-", one.Summary, Table.OrDash(one.Reason),
        }),
    };

    /// <summary>Adds the commands.</summary>
    public static void AddTo(Command noun, AgentCommands commands)
    {
        noun.Subcommands.Add(OfOne(
            "history", "The generations of a load balancer an agent remembers, newest first.",
            (parsed, id, token) => commands.AskAsync(parsed, History, (agent, inner) => agent.GetHistoryAsync(id, inner), token)));
        noun.Subcommands.Add(OfOne(
            "confirm", "The generation in force stays; nobody watches or waits any more.",
            (parsed, id, token) => commands.AskAsync(parsed, AgentViews.Applied, (agent, inner) => agent.ConfirmAsync(id, inner), token)));
        noun.Subcommands.Add(Rollback(commands));
    }

    /// <summary><c>--confirm-within</c> of a push.</summary>
    public static Option<TimeSpan?> ConfirmWithin() => CommandOptions.One<TimeSpan?>(
        "--confirm-within", "TIME", "Without 'agent confirm' within this time, as 60s, the generation before comes back.", s_rule, ReadTime);

    private static Command Rollback(AgentCommands commands)
    {
        var to = CommandOptions.One<long?>(
            "--to", "SEQUENCE", "An entry of the history; without: the generation before, as far as it was confirmed.", "a whole number from 1 on is needed", CommandOptions.Positive);
        var ports = new Option<bool>("--ports") { Description = "Put ports back as well; what is different of them is said anyway." };
        var command = OfOne("rollback", "Put an earlier generation back.", (parsed, id, token) => commands.AskAsync(
            parsed, AgentViews.Applied, (agent, inner) => agent.RollBackAsync(id, parsed.GetValue(to), parsed.GetValue(ports), inner), token));
        command.Options.Add(to);
        command.Options.Add(ports);
        return command;
    }

    private static Command OfOne(string name, string description, Func<ParseResult, Guid, CancellationToken, Task<int>> run)
    {
        var id = CommandOptions.Word<Guid>("LB-ID", "The load balancer.", "a UUID is needed", CommandOptions.Uuid);
        var command = new Command(name, description) { id };
        command.SetAction((parsed, token) => run(parsed, parsed.GetValue(id), token));
        return command;
    }

    // Seconds, or a number with its unit.
    private static bool ReadTime(string word, out TimeSpan? time)
    {
        var (digits, unit) = word.Length == 0 ? (word, 0)
            : word[^1] switch { 's' => (word[..^1], 1), 'm' => (word[..^1], 60), 'h' => (word[..^1], 3600), _ => (word, 1) };
        time = int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && (long)number * unit is >= LoadBalancerHistory.LeastConfirmWithin and <= LoadBalancerHistory.MostConfirmWithin and var seconds
                ? TimeSpan.FromSeconds(seconds)
                : null;
        return time is not null;
    }

    private static string Outcome(AppliedGeneration one) =>
        one.Outcome + (one.Restores is { } restored ? string.Create(CultureInfo.InvariantCulture, $" ({restored} again)") : "") + (one.Watched == true ? ", watched" : "");

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}

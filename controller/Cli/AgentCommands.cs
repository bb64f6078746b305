// amphora-controller agent: info, capabilities, status, config, push, history, confirm, rollback, journal, delete, ports, plug-vip, plug-member, unplug, upgrade.
using System.CommandLine;
using Amphora.Controller.Cli.Journals;
using Amphora.Controller.Cli.Rollbacks;
using Amphora.Controller.Drivers;
using Amphora.Controller.Drivers.AmphoraAgent;

namespace Amphora.Controller.Cli;

/// <summary>The commands of the noun <c>agent</c>.</summary>
internal sealed class AgentCommands
{
    /// <summary>The noun.</summary>
    public const string Noun = "agent";

    private readonly Terminal _terminal;
    private readonly AgentOptions _options = new();

    private AgentCommands(Terminal terminal) => _terminal = terminal;

    /// <summary>The noun with its commands, or without when another one was asked for.</summary>
    public static Command Create(Terminal terminal, bool isWanted)
    {
        var noun = new Command(Noun, "Ask and order agents, one or several at the same time.");
        if (isWanted)
        {
            var commands = new AgentCommands(terminal);
            commands._options.AddTo(noun);
            noun.Subcommands.Add(commands.Simple("info", "Which versions of the API an agent speaks.", AgentViews.Versions, (agent, token) => agent.GetVersionsAsync(token)));
            noun.Subcommands.Add(commands.Simple("capabilities", "What an agent is and can do.", AgentViews.Capabilities, (agent, token) => agent.GetCapabilitiesAsync(token)));
            noun.Subcommands.Add(commands.Status());
            noun.Subcommands.Add(commands.Config());
            noun.Subcommands.Add(PushCommand.Create(commands));
            RollbackCommands.AddTo(noun, commands);
            noun.Subcommands.Add(JournalCommand.Create(commands));
            noun.Subcommands.Add(commands.Delete());
            noun.Subcommands.Add(commands.Simple("ports", "The interfaces of an amphora.", AgentViews.Ports, (agent, token) => agent.ListPortsAsync(token)));
            PlugCommands.AddTo(noun, commands);
            noun.Subcommands.Add(UpgradeCommand.Create(commands));
        }

        return noun;
    }

    /// <summary>Asks all agents of the command line and prints their answers.</summary>
    public Task<int> AskAsync<T>(
        ParseResult parsed, AgentView<T> view, Func<IAmphoraAgent, CancellationToken, Task<AgentAnswer<T>>> ask, CancellationToken cancellationToken) =>
        WithAgentsAsync(parsed, async group => AgentPrinter.Print(_terminal, _options.Format(parsed), view, group.Endpoints, await AnswersAsync(group, ask, cancellationToken)));

    /// <summary>Reads which agents are meant and hands them on; unusable options end here.</summary>
    public async Task<int> WithAgentsAsync(ParseResult parsed, Func<AgentGroup, Task<int>> run)
    {
        var group = _options.Read(parsed);
        if (!group.Ok)
        {
            return Wrong(group.Failure!.Message);
        }

        using var agents = group.Value;
        return await run(agents);
    }

    /// <summary>The same for agents that were read already.</summary>
    public async Task<int> AskAsync<T>(
        ParseResult parsed, AgentGroup group, AgentView<T> view, Func<IAmphoraAgent, CancellationToken, Task<AgentAnswer<T>>> ask, CancellationToken cancellationToken) =>
        AgentPrinter.Print(_terminal, _options.Format(parsed), view, group.Endpoints, await AnswersAsync(group, ask, cancellationToken));

    /// <summary>The same one agent after the other, until one says no.</summary>
    public async Task<int> AskInTurnAsync<T>(
        ParseResult parsed, AgentGroup group, AgentView<T> view, Func<IAmphoraAgent, CancellationToken, Task<AgentAnswer<T>>> ask, CancellationToken cancellationToken)
    {
        IReadOnlyList<AgentAnswer<T>> answers;
        using (var progress = new ProgressLine(_terminal))
        {
            answers = await DriversSlice.AskInTurnAsync(group, progress, ask, cancellationToken);
        }

        return AgentPrinter.Print(_terminal, _options.Format(parsed), view, group.Endpoints, answers);
    }

    /// <summary>Says what is wrong with the command line.</summary>
    public int Wrong(string message)
    {
        _terminal.Error.WriteLine($"error: {message}");
        return (int)ExitCode.Usage;
    }

    /// <summary>Prints an error that was found before any agent was asked; it stands for all of them.</summary>
    public int Refuse<T>(ParseResult parsed, AgentGroup group, AgentView<T> view, AgentError error) =>
        AgentPrinter.Print(_terminal, _options.Format(parsed), view, group.Endpoints, [.. group.Endpoints.Select(_ => (AgentAnswer<T>)error)]);

    private int Refuse(AgentError error)
    {
        AgentPrinter.PrintError(_terminal.Error, error);
        return (int)AgentPrinter.CodeOf(error);
    }

    private async Task<IReadOnlyList<AgentAnswer<T>>> AnswersAsync<T>(AgentGroup group, Func<IAmphoraAgent, CancellationToken, Task<AgentAnswer<T>>> ask, CancellationToken cancellationToken)
    {
        using var progress = new ProgressLine(_terminal);
        return await DriversSlice.AskAllAsync(group, progress, ask, cancellationToken);
    }

    private Command Simple<T>(string name, string description, AgentView<T> view, Func<IAmphoraAgent, CancellationToken, Task<AgentAnswer<T>>> ask)
    {
        var command = new Command(name, description);
        command.SetAction((parsed, token) => AskAsync(parsed, view, ask, token));
        return command;
    }

    private Command Status()
    {
        var id = CommandOptions.Word<Guid?>("LB-ID", "The load balancer; without: which there are.", "a UUID is needed", CommandOptions.MaybeUuid);
        id.Arity = ArgumentArity.ZeroOrOne;
        var command = new Command("status", "Operating status and statistics.") { id };
        command.SetAction((parsed, token) => parsed.GetValue(id) is { } wanted
            ? AskAsync(parsed, AgentViews.Status, (agent, inner) => agent.GetStatusAsync(wanted, inner), token)
            : AskAsync(parsed, AgentViews.LoadBalancers, (agent, inner) => agent.ListAsync(inner), token));
        return command;
    }

    private Command Config()
    {
        var id = LoadBalancerId();
        var kind = CommandOptions.Word<string>("KIND", "haproxy, keepalived or lvs-LISTENER-ID.", "a word is needed", CommandOptions.NotEmpty);
        var command = new Command("config", "A configuration file as it is in force.") { id, kind };
        command.SetAction((parsed, token) => AskOneAsync(
            parsed, "config shows a file of one agent", (agent, inner) => agent.GetConfigAsync(parsed.GetValue(id), parsed.GetRequiredValue(kind), inner), PrintText, token));
        return command;
    }

    /// <summary>Asks the one agent of the command line for something that is no table.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="rule">Why it has to be one.</param>
    /// <param name="ask">The question.</param>
    /// <param name="print">What is done with the answer.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<int> AskOneAsync<T>(
        ParseResult parsed, string rule, Func<IAmphoraAgent, CancellationToken, Task<AgentAnswer<T>>> ask, Func<T, int> print, CancellationToken cancellationToken) =>
        WithAgentsAsync(parsed, async group =>
        {
            if (group.Endpoints.Count > 1)
            {
                return Wrong($"--agent is given {group.Endpoints.Count} times: {rule}");
            }

            var answers = await AnswersAsync(group, ask, cancellationToken);
            return answers[0].Error is { } error ? Refuse(error) : print(answers[0].Value);
        });

    /// <summary>Prints text as it is.</summary>
    public int PrintText(string text)
    {
        _terminal.Out.Write(text);
        return (int)ExitCode.Done;
    }

    private Command Delete()
    {
        var id = LoadBalancerId();
        var ifMatch = IfMatch();
        var command = new Command("delete", "Remove a load balancer.") { id, ifMatch };
        command.SetAction((parsed, token) =>
            AskAsync(parsed, AgentViews.Applied, (agent, inner) => agent.DeleteAsync(parsed.GetValue(id), parsed.GetValue(ifMatch), inner), token));
        return command;
    }

    /// <summary><c>--if-match</c>.</summary>
    public static Option<long?> IfMatch() =>
        CommandOptions.One<long?>("--if-match", "GENERATION", "Only when this generation is in force.", "a whole number from 1 on is needed", CommandOptions.Positive);

    private static Argument<Guid> LoadBalancerId() => CommandOptions.Word<Guid>("LB-ID", "The load balancer.", "a UUID is needed", CommandOptions.Uuid);
}

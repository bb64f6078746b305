// HAProxy as the agent runs it: the slice with supervised child processes, in a directory of its own.
using Amphora.Agent.Haproxy;
using Amphora.Agent.Journal;
using Amphora.Agent.Services;
using Amphora.Agent.Tests.Journal;
using Amphora.Contract;
using Amphora.Contract.Rest;
using Amphora.Fixtures;
using Amphora.Fixtures.Members;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Amphora.Agent.Tests.Haproxy;

/// <summary>The parts of the slice put together; ends HAProxy with the test.</summary>
internal sealed class HaproxyLive : IAsyncDisposable
{
    private readonly TestFolder _state = new();
    private readonly ChildProcessServiceManager _services;

    public HaproxyLive(string? networkNamespace = null, AgentJournal? journal = null)
    {
        Options = Host.Options with { NetworkNamespace = networkNamespace };
        _services = new ChildProcessServiceManager(
            new ServicesOptions { StateDirectory = _state["s"] },
            new ChildServiceLog(NullLogger<ChildServiceLog>.Instance),
            TimeProvider.System);
        Runtime = new HaproxySocket(Options);
        Reader = new HaproxyReader(Options, _services);
        Executor = new HaproxyExecutor(Options, _services, Runtime, journal ?? JournalHost.None, NullLogger<HaproxyExecutor>.Instance);
    }

    public HaproxyHost Host { get; } = new();

    public HaproxyOptions Options { get; }

    public HaproxySocket Runtime { get; }

    public HaproxyReader Reader { get; }

    public HaproxyExecutor Executor { get; }

    public IServiceManager Services => _services;

    public async Task<HaproxyPlan> PlanAsync(HaproxyWanted wanted)
    {
        var running = await Reader.ReadAsync(wanted.LoadBalancerId, wanted, TestContext.Current.CancellationToken);
        return HaproxyPlanner.Plan(Options, running.Value, wanted);
    }

    public async Task<Outcome<ValueList<ActionTaken>>> TryApplyAsync(HaproxyWanted wanted) =>
        await Executor.ExecuteAsync(await PlanAsync(wanted), TestContext.Current.CancellationToken);

    /// <summary>Reads, plans, executes, and proves that another plan would be empty.</summary>
    /// <returns>What happened to the process.</returns>
    public async Task<HaproxyStep> ApplyAsync(HaproxyWanted wanted)
    {
        var plan = await PlanAsync(wanted);
        var outcome = await Executor.ExecuteAsync(plan, TestContext.Current.CancellationToken);
        Assert.True(outcome.Ok, $"{outcome.Failure?.Message}\n{outcome.Failure?.Output}");
        var proof = await PlanAsync(wanted);
        Assert.True(proof.IsEmpty, string.Join('\n', proof.Changes));
        return plan.Step;
    }

    /// <summary>The member that answers a request over a new connection.</summary>
    public static async Task<string> AskAsync(int port)
    {
        using var client = TrafficClient.Create(from: null);
        return (await client.GetStringAsync(new Uri($"http://127.0.0.1:{port}/"), TestContext.Current.CancellationToken)).Trim();
    }

    public async Task<int> WorkerAsync() =>
        (await Runtime.ShowInfoAsync(HaproxyHost.LoadBalancerId, TestContext.Current.CancellationToken)).Value.Pid;

    public async Task<StatRow> MemberAsync(string name)
    {
        var statistics = await Runtime.ShowStatAsync(HaproxyHost.LoadBalancerId, TestContext.Current.CancellationToken);
        return statistics.Value.Server($"{HaproxyHost.PoolId}:{HaproxyHost.ListenerId}", name)!;
    }

    public async ValueTask DisposeAsync()
    {
        await _services.RemoveAsync(Host.Paths.Unit, CancellationToken.None);
        await _services.DisposeAsync();
        Host.Dispose();
        _state.Dispose();
    }
}

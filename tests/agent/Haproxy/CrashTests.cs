// HAProxy's worker or master is killed at any moment of a change: the next look finds it, and what runs then is what was asked for.
using System.Diagnostics;
using System.Net;
using Amphora.Agent.Haproxy;
using Amphora.Fixtures;
using Amphora.Fixtures.Members;
using Amphora.Linux.Processes;
using Xunit;

namespace Amphora.Agent.Tests.Haproxy;

public sealed class CrashTests : IAsyncDisposable
{
    private const int Changes = 10;
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    private readonly HaproxyLive _live = new();
    private readonly HttpMember _first = HttpMember.Start("first", null, new IPEndPoint(IPAddress.Loopback, 0));
    private readonly HttpMember _second = HttpMember.Start("second", null, new IPEndPoint(IPAddress.Loopback, 0));
    private readonly int _port = HaproxyHost.FreePort();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Whoever_dies_during_a_change_it_comes_into_force(bool isMaster, bool isReload)
    {
        Random random = new((isMaster ? 2 : 0) + (isReload ? 1 : 0));
        await _live.ApplyAsync(Wanted(0, isReload));
        // As long as a change takes when nobody dies, and a little more.
        double most = (await TimeAsync(Wanted(1, isReload))).TotalMilliseconds * 1.2;
        for (int change = 2; change < Changes; change++)
        {
            HaproxyWanted wanted = Wanted(change, isReload);
            HaproxyPlan plan = await _live.PlanAsync(wanted);
            int master = await MasterAsync();

            var applied = _live.Executor.ExecuteAsync(plan, Cancel);
            await Task.Delay(TimeSpan.FromMilliseconds(most * change / Changes), Cancel);
            List<int> workers = [.. ProcessStatus.Children(master)];
            foreach (int victim in isMaster ? [master] : workers)
            {
                Kill(victim);
            }

            _ = await applied;

            // Workers end with their master, in a moment in which they still serve; and a moment later it is found out, and one is started again.
            await Until.TrueAsync("they have ended", s_limit, () => !workers.Exists(ProcessStatus.Runs), Cancel);
            await Until.TrueAsync("it is in force", s_limit, async () => await IsInForceAsync(wanted) && await AnswersAsync(change % 2 == 0 ? "first" : "second"), Cancel);
            Assert.Equal(await FreshHaproxy.ReadServersAsync(_live, Cancel), await FreshHaproxy.ReadServersAsync(_live.Host.Paths, Cancel));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _live.DisposeAsync();
        await _first.DisposeAsync();
        await _second.DisposeAsync();
    }

    private HaproxyWanted Wanted(int change, bool isReload) => _live.Host.Wanted(
        _live.Host.HttpConfig(_port, $"m1 {(change % 2 == 0 ? _first : _second).EndPoint}")
            .Replace("timeout server 5000", $"timeout server {(isReload ? 5000 + change : 5000)}", StringComparison.Ordinal));

    // One that has ended by itself meanwhile was replaced.
    private static void Kill(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            process.Kill();
        }
        catch (ArgumentException)
        {
        }
    }

    private async Task<bool> IsInForceAsync(HaproxyWanted wanted) => (await _live.TryApplyAsync(wanted)).Ok && (await _live.PlanAsync(wanted)).IsEmpty;

    private async Task<bool> AnswersAsync(string member)
    {
        try
        {
            return await HaproxyLive.AskAsync(_port) == member;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task<TimeSpan> TimeAsync(HaproxyWanted wanted)
    {
        long started = TimeProvider.System.GetTimestamp();
        await _live.ApplyAsync(wanted);
        return TimeProvider.System.GetElapsedTime(started);
    }

    private async Task<int> MasterAsync()
    {
        int? master = null;
        await Until.TrueAsync("a master runs", s_limit, async () => (master = (await _live.Services.ReadAsync(_live.Host.Paths.Unit, Cancel)).Value.MainPid) is not null, Cancel);
        return master!.Value;
    }
}

// ACTIVE_STANDBY: one amphora of two serves, and the other one when the first is gone.
using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Amphora.Fixtures;
using Amphora.Fixtures.Agents;
using Amphora.Fixtures.Members;
using Xunit;

namespace Amphora.EndToEnd.Tests.Standby;

public sealed class TakeoverTests
{
    private const int Master = 0;
    private const int Backup = 1;

    private static readonly Uri Url = new("http://www.example.com/");
    private static readonly TimeSpan VrrpLimit = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_backup_takes_over_when_the_masters_host_dies_and_one_of_them_serves_when_it_comes_back()
    {
        await using StandbyPair pair = await PushAsync();

        TimeSpan takeover = await TakeoverAsync(pair, async () => await pair.Topology.CutVipPortAsync(pair.Topology.Places[Master], Cancel));
        await pair.Topology.RejoinVipPortAsync(pair.Topology.Places[Master], Cancel);
        await Until.TrueAsync(
            "one of them has the VIP",
            VrrpLimit,
            async () => await pair.HasAsync(Master, pair.Topology.Vip, Cancel) != await pair.HasAsync(Backup, pair.Topology.Vip, Cancel),
            Cancel);

        Print("link of the MASTER cut", takeover);
        Assert.Null((await AskOnceAsync(pair)).Failure);
    }

    [Fact]
    public async Task The_backup_takes_over_when_keepalived_and_agent_are_killed()
    {
        await using StandbyPair pair = await PushAsync();

        TimeSpan takeover = await TakeoverAsync(pair, async () =>
        {
            // The agent first, or it starts keepalived again.
            await pair.Agents[Master].KillAsync(Cancel);
            await pair.KillAsync(Master, "keepalived", Cancel);
        });

        Print("kill -9 of the MASTER's keepalived and agent", takeover);
        Assert.Null((await AskOnceAsync(pair)).Failure);
    }

    [Fact]
    public async Task The_backup_takes_over_when_the_masters_haproxy_does_not_answer()
    {
        await using StandbyPair pair = await PushAsync();

        TimeSpan takeover = await TakeoverAsync(pair, async () =>
        {
            // The agent first, or it starts HAProxy again before keepalived asks.
            await pair.Agents[Master].KillAsync(Cancel);
            await pair.KillAsync(Master, "haproxy", Cancel);
        });

        Print("kill -9 of the MASTER's haproxy, seen by vrrp-check", takeover);
        Assert.False(await pair.HasAsync(Master, pair.Topology.Vip, Cancel));
        Assert.Null((await AskOnceAsync(pair)).Failure);
    }

    [Fact]
    public async Task The_master_alone_serves_a_change_keeps_its_vip_and_a_delete_takes_it()
    {
        IPAddress other = IPAddress.Parse("10.77.0.99");
        await using StandbyPair pair = await PushAsync();
        using Traffic traffic = new(pair.Topology.Client, pair.Topology.Vip, null);
        string before = pair.KeepalivedPid(Master);
        bool backupHadIt = await pair.HasAsync(Backup, pair.Topology.Vip, Cancel);
        pair.Document.LoadBalancer["additional_vips"] = new JsonArray(
            new JsonObject { ["ip_address"] = $"{other}", ["subnet_id"] = (string)pair.Document.LoadBalancer["vip_subnet_id"]! });
        pair.Document.Generation++;

        IReadOnlyList<Answer> meanwhile = await traffic.DuringAsync(
            Url,
            async () =>
            {
                await pair.PushAsync(Cancel);
                await Until.TrueAsync("the MASTER has the new VIP", VrrpLimit, () => pair.HasAsync(Master, other, Cancel), Cancel);
            },
            Cancel);
        string after = pair.KeepalivedPid(Master);
        await pair.DeleteAsync(Cancel);

        Assert.False(backupHadIt);
        Assert.Equal(before, after);
        Assert.DoesNotContain(meanwhile, answer => answer.Failure is not null);
        Assert.False(await pair.HasAsync(Master, pair.Topology.Vip, Cancel) || await pair.HasAsync(Backup, pair.Topology.Vip, Cancel));
        Assert.NotNull((await AskOnceAsync(pair)).Failure);
    }

    private static async Task<StandbyPair> PushAsync()
    {
        StandbyPair pair = await StandbyPair.CreateAsync(members: 2, Cancel);
        try
        {
            await pair.PushAsync(Cancel);
            await Until.TrueAsync("the MASTER has the VIP", VrrpLimit, () => pair.HasAsync(Master, pair.Topology.Vip, Cancel), Cancel);
            return pair;
        }
        catch
        {
            await pair.DisposeAsync();
            throw;
        }
    }

    // From the moment it happened until the first answer to a request sent after the BACKUP had the VIP.
    private static async Task<TimeSpan> TakeoverAsync(StandbyPair pair, Func<Task> happening)
    {
        await happening();
        long start = Stopwatch.GetTimestamp();
        await Until.TrueAsync("the BACKUP has the VIP", VrrpLimit, () => pair.HasAsync(Backup, pair.Topology.Vip, Cancel), Cancel);
        await Until.TrueAsync("the VIP serves", VrrpLimit, async () => (await AskOnceAsync(pair)).Failure is null, Cancel);
        return Stopwatch.GetElapsedTime(start);
    }

    private static async Task<Answer> AskOnceAsync(StandbyPair pair)
    {
        using Traffic traffic = new(pair.Topology.Client, pair.Topology.Vip, null);
        return (await traffic.SendAsync(Url, 1, Cancel))[0];
    }

    private static void Print(string what, TimeSpan takeover) =>
        Console.WriteLine($"    takeover after {what}: {takeover.TotalMilliseconds:0} ms");
}

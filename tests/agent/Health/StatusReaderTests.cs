// The status tree of a real HAProxy with real members.
using System.Net;
using Amphora.Agent.Health;
using Amphora.Agent.Keepalived;
using Amphora.Agent.Keepalived.Lvs;
using Amphora.Agent.Tests.Haproxy;
using Amphora.Contract;
using Amphora.Contract.DesiredState;
using Amphora.Contract.Rest;
using Amphora.Fixtures;
using Amphora.Fixtures.Members;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;
using Member = Amphora.Contract.DesiredState.Member;

namespace Amphora.Agent.Tests.Health;

public sealed class StatusReaderTests : IAsyncDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(15);

    private readonly HaproxyLive _live = new();
    private readonly HttpMember _member = HttpMember.Start("member", null, new IPEndPoint(IPAddress.Loopback, 0));
    private readonly int _port = HaproxyHost.FreePort();

    [Fact]
    public async Task Members_are_told_as_their_checks_find_them()
    {
        var nobody = $"127.0.0.1:{HaproxyHost.FreePort()} check inter 100ms fall 1";
        var there = $"{_member.EndPoint} check inter 100ms rise 1";
        await _live.ApplyAsync(_live.Host.Wanted(_live.Host.HttpConfig(
            _port, $"{Id(1)} {there}", $"{Id(2)} {nobody}", $"{Id(3)} {there} weight 0", $"{Id(4)} {there} disabled", $"{Id(5)} {_member.EndPoint}")));
        await HaproxyLive.AskAsync(_port);

        LoadBalancerStatus? status = null;
        await Until.TrueAsync(
            "the dead member is seen, and no check of the others is under way",
            s_limit,
            async () => (status = await ReadAsync()).Listeners[0].Pools[0].Members is [_, { OperatingStatus: "ERROR" }, { OperatingStatus: "DRAINING" }, ..],
            TestContext.Current.CancellationToken);

        var pool = status!.Listeners[0].Pools[0];
        Assert.Equal(
            ["ONLINE", "ERROR", "DRAINING", "OFFLINE", "NO_MONITOR"], pool.Members.Select(member => member.OperatingStatus));
        Assert.Equal([1, 1, 0, 1, 1], pool.Members.Select(member => member.Weight));
        Assert.Equal("L4CON: Connection refused", pool.Members[1].LastCheck);
        Assert.Equal(("DEGRADED", "ONLINE", "DEGRADED"), (pool.OperatingStatus, status.Listeners[0].OperatingStatus, status.OperatingStatus));
        Assert.True(status.HaproxyRunning);
        Assert.True(status.Listeners[0].Statistics is { TotalConnections: > 0, BytesIn: > 0, BytesOut: > 0 });
    }

    [Fact]
    public async Task A_load_balancer_whose_HAProxy_is_gone_is_in_error()
    {
        await _live.ApplyAsync(_live.Host.Wanted(_live.Host.HttpConfig(_port, $"{Id(1)} {_member.EndPoint}")));
        await _live.Services.StopAsync(_live.Host.Paths.Unit, TestContext.Current.CancellationToken);

        var status = await ReadAsync();

        Assert.Equal((false, "ERROR"), (status.HaproxyRunning, status.OperatingStatus));
    }

    public async ValueTask DisposeAsync()
    {
        await _live.DisposeAsync();
        await _member.DisposeAsync();
    }

    private Task<LoadBalancerStatus> ReadAsync() =>
        new StatusReader(_live.Runtime, new LvsReader(new KeepalivedOptions { BasePath = _live.Options.BasePath }, NullLogger<LvsReader>.Instance))
            .ReadAsync(Document(), TestContext.Current.CancellationToken);

    private static Guid Id(int number) => new($"44444444-2222-4333-8444-{number:d12}");

    private static DesiredStateDocument Document() => new()
    {
        Generation = 1,
        AmphoraId = Id(99),
        Topology = Topology.Single,
        Amphorae = [],
        LoadBalancer = new LoadBalancer
        {
            Id = new Guid(HaproxyHost.LoadBalancerId),
            ProjectId = "project",
            VipAddress = IPAddress.Loopback,
            VipSubnetId = Id(97),
            Listeners =
            [
                new Listener
                {
                    Id = new Guid(HaproxyHost.ListenerId),
                    Protocol = ListenerProtocol.Http,
                    ProtocolPort = 80,
                    DefaultPoolId = new Guid(HaproxyHost.PoolId),
                },
            ],
            Pools =
            [
                new Pool
                {
                    Id = new Guid(HaproxyHost.PoolId),
                    Protocol = PoolProtocol.Http,
                    LbAlgorithm = LbAlgorithm.RoundRobin,
                    Members = Enumerable.Range(1, 5)
                        .Select(number => new Member { Id = Id(number), Address = IPAddress.Loopback, ProtocolPort = 80 }).ToValueList(),
                },
            ],
        },
    };
}

// Changes under traffic: clients that keep their connections and repeat nothing see none of them.
using System.Diagnostics;
using System.Globalization;
using System.Net;
using Amphora.EndToEnd.Tests.Compatibility;
using Amphora.Fixtures;
using Amphora.Fixtures.Agents;
using Amphora.Fixtures.Members;
using Xunit;

namespace Amphora.EndToEnd.Tests.Hitless;

public sealed class HitlessChangeTests
{
    private const int Clients = 50, LongConnections = 20;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);

    // AMPHORA_HITLESS_CHANGES=1000, AMPHORA_HITLESS_RELOADS=50 and AMPHORA_HITLESS_CERTIFICATES=50 are the full measure.
    private static readonly int s_changes = Scale.Of("AMPHORA_HITLESS_CHANGES", 100);
    private static readonly int s_reloads = Scale.Of("AMPHORA_HITLESS_RELOADS", 10);

    private static readonly int s_certificates = Scale.Of("AMPHORA_HITLESS_CERTIFICATES", 20);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Members_that_leave_and_come_back_cost_no_client_anything()
    {
        await using var balancer = await HitlessBalancer.StartAsync(Cancel);
        var worker = Assert.Single(await balancer.WorkersAsync(Cancel));
        await using var http = await LastingClients.StartAsync(balancer.Space, new(balancer.Vip, 80), "/", Clients, s_pause, Cancel);
        await using var tcp = await LastingClients.StartAsync(balancer.Space, new(balancer.Vip, HitlessBalancer.TcpPort), "/tcp", LongConnections, s_pause, Cancel);
        var away = new List<(int Member, long From, long Until)>();
        for (var change = 0; change < s_changes / 2; change++)
        {
            var member = change % balancer.Members.Count;
            var description = balancer.Pool["members"]![member]!;
            balancer.Pool["members"]!.AsArray().RemoveAt(member);
            await balancer.ApplyAsync(Cancel);
            var from = Stopwatch.GetTimestamp();
            // Some time in which it could get a request.
            await Task.Delay(s_pause, Cancel);
            var until = Stopwatch.GetTimestamp();
            balancer.Pool["members"]!.AsArray().Insert(member, description);
            await balancer.ApplyAsync(Cancel);
            away.Add((member, from, until));
        }

        await http.StopAsync();
        await tcp.StopAsync();

        Assert.Empty(http.Failures);
        Assert.Empty(tcp.Failures);
        Assert.Equal((Clients, LongConnections), (http.Connections, tcp.Connections));
        Assert.Equal([worker], await balancer.WorkersAsync(Cancel));
        Assert.All(away, time => Assert.DoesNotContain(SentTo(balancer.Members[time.Member]), sent => sent > time.From && sent < time.Until));
        Assert.All(balancer.Members, member => Assert.NotEmpty(SentTo(member)));
        TestContext.Current.TestOutputHelper?.WriteLine($"{s_changes} changes, {http.Requests} and {tcp.Requests} requests");
    }

    [Fact]
    public async Task Certificates_that_change_cost_no_client_anything()
    {
        await using var balancer = await HitlessBalancer.StartAsync(Cancel);
        using Certificates tenant = new();
        await balancer.RenewAsync(tenant, LastingClients.HostName, Cancel);
        await balancer.ApplyAsync(Cancel);
        var worker = Assert.Single(await balancer.WorkersAsync(Cancel));
        IPEndPoint target = new(balancer.Vip, HitlessBalancer.TlsPort);
        await using var lasting = await LastingClients.StartAsync(balancer.Space, target, "/", Clients, s_pause, Cancel, tenant.Authority);
        using ResumingClient resuming = new(balancer.Space, target, LastingClients.HostName, tenant.AuthorityPem);

        var visits = await resuming.DuringAsync(async () =>
        {
            for (var change = 0; change < s_certificates; change++)
            {
                await balancer.RenewAsync(tenant, LastingClients.HostName, Cancel);
                var applied = await balancer.ApplyAsync(Cancel);
                Assert.DoesNotContain(applied["actions"]!.AsArray(), action => (string)action!["action"]! == "reload");
                // Some time for a session that is taken up again.
                await Task.Delay(s_pause, Cancel);
            }
        }, Cancel);
        await lasting.StopAsync();

        Assert.Empty(lasting.Failures);
        Assert.Equal(Clients, lasting.Connections);
        Assert.DoesNotContain(visits, visit => visit.Failure is not null);
        Assert.Contains(visits, visit => visit.IsResumed);
        Assert.Equal([worker], await balancer.WorkersAsync(Cancel));
        TestContext.Current.TestOutputHelper?.WriteLine($"{s_certificates} certificates, {lasting.Requests} requests, {visits.Count(visit => visit.IsResumed)} of {visits.Count} connections resumed");
    }

    [Fact]
    public async Task Reloads_cost_no_request_and_no_connection_and_leave_no_process()
    {
        await using var balancer = await HitlessBalancer.StartAsync(Cancel);
        await using var http = await LastingClients.StartAsync(balancer.Space, new(balancer.Vip, 80), "/", Clients, s_pause, Cancel);
        using Traffic traffic = new(balancer.Space, balancer.Vip, authority: null);

        var answers = await traffic.DuringAsync(new Uri("http://lasting.test/"), async () =>
        {
            for (var reload = 0; reload < s_reloads; reload++)
            {
                balancer.Pool["lb_algorithm"] = reload % 2 == 0 ? "LEAST_CONNECTIONS" : "ROUND_ROBIN";
                var applied = await balancer.ApplyAsync(Cancel);
                Assert.Contains(applied["actions"]!.AsArray(), action => (string)action!["action"]! == "reload");
            }
        }, Cancel);
        await http.StopAsync();

        Assert.DoesNotContain(answers, answer => answer.Failure is not null);
        Assert.Empty(http.Failures);
        await Until.TrueAsync("the replaced processes have ended", TimeSpan.FromSeconds(20), async () => (await balancer.WorkersAsync(Cancel)).Count == 1, Cancel);
    }

    [Fact]
    public async Task Octavias_own_driver_gets_it_without_knowing()
    {
        await using var amphora = await DrivenAmphorae.StartSingleAsync(members: 2);
        await amphora.Driver.OrderAsync("plug_vip", Cancel);
        var listener = await amphora.AddListenerAsync("HTTP", 80, members: 2);
        await amphora.Driver.OrderAsync("update", Cancel);
        await using var http = await LastingClients.StartAsync(amphora.Topology.Client, new(amphora.Topology.Vip, 80), "/", Clients, s_pause, Cancel);
        for (var change = 0; change < s_changes / 10; change++)
        {
            await listener.SetMembersAsync(1 + (change % 2));
            await amphora.Driver.OrderAsync("update", Cancel);
        }

        await http.StopAsync();

        Assert.Empty(http.Failures);
        Assert.Equal(Clients, http.Connections);
    }

    // When the HTTP clients sent what reached a member.
    private static IEnumerable<long> SentTo(HttpMember member) => member.Requests
        .Where(request => request.Line.StartsWith("GET / ", StringComparison.Ordinal) && request.Headers.ContainsKey(LastingClients.SentHeader))
        .Select(request => long.Parse(request.Headers[LastingClients.SentHeader], CultureInfo.InvariantCulture));
}

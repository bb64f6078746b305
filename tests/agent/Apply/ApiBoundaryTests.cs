// Who manages what: the accounts of API 2.0, the files of API 1.0.
using Amphora.Agent.Apply;
using Amphora.Agent.Haproxy;
using Amphora.Agent.Keepalived;
using Amphora.Agent.Services;
using Amphora.Contract;
using Amphora.Contract.DesiredState;
using Amphora.Fixtures;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Amphora.Agent.Tests.Apply;

public sealed class ApiBoundaryTests : IAsyncDisposable
{
    private const string LoadBalancer = "4f064981-033d-5ce2-8147-bef15afffe4d";
    private const string Listener = "8c84a306-1a87-55b3-bd57-1c9d90c785f2";

    private readonly TestFolder _folder = new();
    private readonly ChildProcessServiceManager _services;
    private readonly ApiBoundary _boundary;

    public ApiBoundaryTests()
    {
        _services = new ChildProcessServiceManager(
            new ServicesOptions { StateDirectory = _folder["services"] }, new ChildServiceLog(NullLogger<ChildServiceLog>.Instance), TimeProvider.System);
        KeepalivedOptions keepalived = new() { BasePath = _folder.Path, NetworkNamespace = null };
        _boundary = new ApiBoundary(
            new GenerationStore(new ApplyOptions { BasePath = _folder.Path }, NullLogger<GenerationStore>.Instance), keepalived, new KeepalivedReader(keepalived, _services));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void What_nobody_manages_is_free_for_api_1()
    {
        Assert.Null(_boundary.CheckLoadBalancer(LoadBalancer));
        Assert.Null(_boundary.CheckLvs(Listener));
        Assert.Null(_boundary.CheckVrrp());
    }

    [Theory]
    [InlineData("generation.json")]
    [InlineData("applying")]
    public void A_load_balancer_with_a_document_even_an_unreadable_or_unfinished_one_is_api_2_s(string file)
    {
        _folder.Write($"{LoadBalancer}/{file}", "?");

        var conflict = _boundary.CheckLoadBalancer(LoadBalancer);

        Assert.Equal(FailureKind.Conflict, conflict?.Kind);
        Assert.Contains(LoadBalancer, conflict!.Message, StringComparison.Ordinal);
        Assert.Contains("API 2.0", conflict.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Services_in_the_account_of_a_load_balancer_are_api_2_s()
    {
        _folder.Write($"{LoadBalancer}/keepalived-units", $"octavia-keepalived.service\noctavia-keepalivedlvs-{Listener}.service\n");

        Assert.Contains(LoadBalancer, _boundary.CheckLvs(Listener)!.Message, StringComparison.Ordinal);
        Assert.Contains(LoadBalancer, _boundary.CheckVrrp()!.Message, StringComparison.Ordinal);
        Assert.Null(_boundary.CheckLvs("another"));
    }

    [Fact]
    public async Task A_listener_that_has_a_configuration_and_is_in_no_account_is_api_1_s()
    {
        _folder.Write($"lvs/octavia-keepalivedlvs-{Listener}.conf", "");

        var conflict = await _boundary.CheckAsync(Wanted(vrrp: null), Cancellation);
        _folder.Write($"{LoadBalancer}/keepalived-units", $"octavia-keepalivedlvs-{Listener}.service\n");
        var own = await _boundary.CheckAsync(Wanted(vrrp: null), Cancellation);

        Assert.Equal(FailureKind.Conflict, conflict?.Kind);
        Assert.Contains("API 1.0", conflict!.Message, StringComparison.Ordinal);
        Assert.Null(own);
    }

    [Fact]
    public async Task A_vrrp_instance_of_api_1_is_in_the_way_as_long_as_it_runs()
    {
        _folder.Write("vrrp/octavia-keepalived.conf", "");
        var sleep = new ServiceUnit
        {
            Name = KeepalivedPaths.VrrpUnit,
            Template = "keepalived",
            Command = ["/bin/sh", "-c", "echo $$ >\"$0\"; exec sleep 600", _folder["pid"]],
            ReloadSignal = 1,
            PidFile = _folder["pid"],
        };
        Assert.Null(await _services.InstallAsync(sleep, Cancellation));
        Assert.Null(await _services.StartAsync(sleep.Name, Cancellation));

        var running = await _boundary.CheckAsync(Wanted(vrrp: "vrrp"), Cancellation);
        await _services.StopAsync(sleep.Name, Cancellation);
        var stopped = await _boundary.CheckAsync(Wanted(vrrp: "vrrp"), Cancellation);

        Assert.Equal(FailureKind.Conflict, running?.Kind);
        Assert.Contains("vrrp/stop", running!.Message, StringComparison.Ordinal);
        Assert.Null(stopped);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.StopAllAsync(CancellationToken.None);
        await _services.DisposeAsync();
        _folder.Dispose();
    }

    private static Wanted Wanted(string? vrrp) => new()
    {
        LoadBalancerId = LoadBalancer,
        Document = DesiredStateReader.Read(File.ReadAllBytes(Path.Combine(Checkout.Top, "tests", "golden", "documents", "01-tiny-http.json"))).Document!,
        Haproxy = new HaproxyWanted { LoadBalancerId = LoadBalancer, LocalPeer = "p" },
        Keepalived = new KeepalivedWanted { LoadBalancerId = LoadBalancer, VrrpConfig = vrrp, Lvs = [new LvsConfig(Listener, "")] },
    };
}

// GET /1.0/interface/{ip} and its rules, judged by nft and by packets.
using System.Net;
using System.Net.Sockets;
using Amphora.Agent.Network.Firewall;
using Amphora.Linux.Namespaces;
using Xunit;

namespace Amphora.Agent.Tests.OctaviaApi;

public sealed class InterfaceRulesTests : IAsyncLifetime
{
    private const string Vip = """
        {"subnet_cidr": "fd00:10::/64", "gateway": "fd00:10::1", "mac_address": "fa:16:3e:00:00:01", "vrrp_ip": "fd00:10::7",
         "additional_vips": [{"ip_address": "10.0.0.5", "subnet_cidr": "10.0.0.0/24", "gateway": null, "host_routes": []}], "is_sriov": false}
        """;

    private PluggingAgent _agent = null!;

    private string RulesFile => _agent.Amphora.Options.FirewallFile;

    public async ValueTask InitializeAsync()
    {
        _agent = await PluggingAgent.StartAsync(Cancellation);
        _agent.Amphora.HotPlug("ens7", "fa:16:3e:00:00:01");
    }

    public ValueTask DisposeAsync() => _agent.DisposeAsync();

    [Theory]
    [InlineData("fd00:10::5", HttpStatusCode.OK, """{"message":"OK","interface":"eth1"}""")]
    [InlineData("FD00:0010:0:0::0005", HttpStatusCode.OK, """{"message":"OK","interface":"eth1"}""")]
    [InlineData("10.0.0.5", HttpStatusCode.OK, """{"message":"OK","interface":"eth1"}""")]
    [InlineData("10.0.0.99", HttpStatusCode.NotFound, """{"message":"Error interface not found for IP address"}""")]
    [InlineData("eth1", HttpStatusCode.BadRequest, """{"message":"Invalid IP address"}""")]
    [InlineData("10.0.0.05", HttpStatusCode.BadRequest, """{"message":"Invalid IP address"}""")]
    public async Task An_address_is_found_in_every_spelling(string address, HttpStatusCode status, string body)
    {
        await _agent.PlugVipAsync("fd00:10::5", Vip, Cancellation);

        Assert.Equal((status, body), await _agent.SendAsync(HttpMethod.Get, $"/1.0/interface/{address}", null, Cancellation));
    }

    [Fact]
    public async Task Before_anything_is_plugged_no_address_is_found()
    {
        Assert.Equal(HttpStatusCode.NotFound, (await _agent.SendAsync(HttpMethod.Get, "/1.0/interface/10.0.0.5", null, Cancellation)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await PutRules("10.0.0.5", "[]")).Status);
    }

    [Theory]
    [InlineData("eth1", "garbage", HttpStatusCode.BadRequest, """{"message":"Invalid IP address"}""")]
    [InlineData("10.0.0.99", "garbage", HttpStatusCode.NotFound, """{"message":"Error interface not found for IP address"}""")]
    [InlineData("10.0.0.5", "garbage", HttpStatusCode.BadRequest, """{"error":"400 Bad Request: Invalid rules information","http_code":400}""")]
    public async Task The_address_is_looked_up_before_the_rules_are_read(string address, string rules, HttpStatusCode status, string body)
    {
        await _agent.PlugVipAsync("fd00:10::5", Vip, Cancellation);

        Assert.Equal((status, body), await PutRules(address, rules));
    }

    [Fact]
    public async Task The_first_rules_are_in_force_and_replaced_by_the_next()
    {
        await _agent.PlugVipAsync("fd00:10::5", Vip, Cancellation);

        var first = await PutRules("10.0.0.5", """[{"protocol": "TCP", "cidr": null, "port": 80}, {"protocol": "vrrp", "cidr": "10.0.0.8/32", "port": 112}]""");

        Assert.Equal((HttpStatusCode.OK, """{"message":"OK"}"""), first);
        Assert.Contains("tcp dport 80 accept", Ruleset(), StringComparison.Ordinal);
        Assert.Contains("ip saddr 10.0.0.8 meta l4proto vrrp accept", Ruleset(), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(RulesFile));

        await PutRules("fd00:10::7", """[{"protocol": "UDP", "cidr": "fd00:99::1/64", "port": 53}, {"protocol": "SCTP", "cidr": "0.0.0.0/0", "port": 5000}]""");

        Assert.DoesNotContain("tcp dport 80", Ruleset(), StringComparison.Ordinal);
        Assert.Contains("ip6 saddr fd00:99::/64 udp dport 53 accept", Ruleset(), StringComparison.Ordinal);
        Assert.Contains("\t\tsctp dport 5000 accept", Ruleset(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_rules_load_what_is_there_again()
    {
        await _agent.PlugVipAsync("fd00:10::5", Vip, Cancellation);
        await PutRules("10.0.0.5", """[{"protocol": "TCP", "cidr": null, "port": 80}]""");
        var stored = await File.ReadAllTextAsync(RulesFile, Cancellation);
        Nft("delete", "table", "inet", "amphora_table");

        await PutRules("10.0.0.5", "[]");

        Assert.Equal(stored, await File.ReadAllTextAsync(RulesFile, Cancellation));
        Assert.Contains("tcp dport 80 accept", Ruleset(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_nft_refuses_leaves_the_earlier_filter_in_the_kernel_and_on_disk()
    {
        await _agent.PlugVipAsync("fd00:10::5", Vip, Cancellation);
        await PutRules("10.0.0.5", """[{"protocol": "TCP", "cidr": null, "port": 80}]""");
        var stored = await File.ReadAllTextAsync(RulesFile, Cancellation);

        var failure = await new VipFirewall(_agent.Amphora.Options).ApplyAsync(stored + "nonsense\n");

        Assert.Contains("nonsense", failure?.Output, StringComparison.Ordinal);
        Assert.Equal(stored, await File.ReadAllTextAsync(RulesFile, Cancellation));
        Assert.Contains("tcp dport 80 accept", Ruleset(), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(Path.GetDirectoryName(RulesFile)!, ".*"));
    }

    [Fact]
    public async Task An_SR_IOV_port_lets_nothing_in_until_a_rule_says_so()
    {
        await _agent.PlugVipAsync("fd00:10::5", Vip.Replace("\"is_sriov\": false", "\"is_sriov\": true", StringComparison.Ordinal), Cancellation);
        _agent.Amphora.Fabric.Ip("address", "add", "10.0.0.20/24", "dev", "net-ens7");
        Assert.Contains("policy drop", Ruleset(), StringComparison.Ordinal);
        using var listener = NetworkNamespace.Run(_agent.Amphora.Inside.Name, () =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Any, 80));
            socket.Listen();
            return socket;
        });
        Assert.False(await ConnectsAsync());

        await PutRules("10.0.0.5", """[{"protocol": "TCP", "cidr": "10.0.0.20", "port": 80}]""");
        Assert.True(await ConnectsAsync());
        await PutRules("10.0.0.5", """[{"protocol": "TCP", "cidr": "10.0.0.21", "port": 80}]""");
        Assert.False(await ConnectsAsync());
    }

    private async Task<bool> ConnectsAsync()
    {
        using var socket = NetworkNamespace.Run(
            _agent.Amphora.Fabric.Name, () => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(1));
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Parse("10.0.0.5"), 80), limit.Token);
            return true;
        }
        catch (OperationCanceledException) when (!Cancellation.IsCancellationRequested)
        {
            return false;
        }
    }

    private Task<(HttpStatusCode Status, string Body)> PutRules(string address, string json) =>
        _agent.SendAsync(HttpMethod.Put, $"/1.0/interface/{address}/rules", json, Cancellation);

    private string Ruleset() => Nft("list", "ruleset");

    private string Nft(params string[] arguments) => _agent.Amphora.Inside.Run(["nft", .. arguments]);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;
}

// The spare pool, certificates and orphans: the shipped controller on this host's namespaces.
using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Amphora.Fixtures.Controllers;
using Amphora.Fixtures.Members;
using Amphora.Fixtures.Programs;
using Xunit;

namespace Amphora.EndToEnd.Tests.LoadBalancers;

public sealed class HousekeepingTests
{
    // Certificates are valid for 30 days: with this buffer each one is due.
    private static readonly string s_due = $"{TimeSpan.FromDays(31).TotalSeconds:0}";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_pool_is_filled_a_load_balancer_takes_a_spare_at_once_and_the_pool_is_filled_again()
    {
        await using ControllerCommands controller = await ControllerCommands.StartAsync(members: 1);

        await controller.RunAsync("housekeeping", "run", "--job", "spares", "--spare-amphora-pool-size", "2");
        IReadOnlyList<JsonNode> pool = await AmphoraeAsync(controller, "--status", "READY");
        long start = Stopwatch.GetTimestamp();
        JsonNode web = await controller.CreateAsync("web");
        TimeSpan took = Stopwatch.GetElapsedTime(start);
        using Traffic traffic = new(controller.Client, IPAddress.Parse((string)web["vip_address"]!), null);
        IReadOnlyDictionary<string, int> answers = Traffic.Count(await traffic.SendAsync(new Uri("http://web.test/"), 5, Cancel));
        await controller.RunAsync("housekeeping", "run", "--spare-amphora-pool-size", "2");
        IReadOnlyList<JsonNode> refilled = await AmphoraeAsync(controller, "--status", "READY");
        JsonNode serving = Assert.Single(await AmphoraeAsync(controller, "--loadbalancer", "web"));

        TestContext.Current.TestOutputHelper!.WriteLine($"lb create from a spare: {took.TotalMilliseconds:0} ms");
        Assert.Equal(2, pool.Count);
        Assert.Contains((string)serving["id"]!, pool.Select(amphora => (string)amphora["id"]!));
        Assert.Equal(("ALLOCATED", "STANDALONE"), ((string)serving["status"]!, (string)serving["role"]!));
        Assert.Equal(new Dictionary<string, int> { ["member0"] = 5 }, answers);
        Assert.Equal(2, refilled.Count);
        Assert.DoesNotContain((string)serving["id"]!, refilled.Select(amphora => (string)amphora["id"]!));
    }

    [Fact]
    public async Task A_rotated_certificate_is_served_at_once_the_old_one_no_more_and_no_request_notices()
    {
        await using ControllerCommands controller = await ControllerCommands.StartAsync(members: 1);
        JsonNode web = await controller.CreateAsync("web");
        JsonNode amphora = Assert.Single(await AmphoraeAsync(controller));
        IPEndPoint agent = new(IPAddress.Parse((string)amphora["lb_network_ip"]!), 9443);
        using X509Certificate2 old = await ServedAsync(agent);
        using Traffic traffic = new(controller.Client, IPAddress.Parse((string)web["vip_address"]!), null);

        IReadOnlyList<Answer> answers = await traffic.DuringAsync(
            new Uri("http://web.test/"), () => controller.RunAsync("housekeeping", "run", "--job", "certificates", "--cert-expiry-buffer", s_due), Cancel);
        using X509Certificate2 first = await ServedAsync(agent);
        await controller.RunAsync("amphora", "rotate", (string)amphora["id"]!);
        using X509Certificate2 second = await ServedAsync(agent);
        await controller.RunAsync("amphora", "configure", (string)amphora["id"]!);
        JsonNode after = Assert.Single(await AmphoraeAsync(controller));

        Assert.All(answers, answer => Assert.Null(answer.Failure));
        Assert.NotEmpty(answers);
        Assert.Equal(3, new[] { old.SerialNumber, first.SerialNumber, second.SerialNumber }.Distinct().Count());
        Assert.Equal($"CN={(string)amphora["id"]!}", second.Subject);
        Assert.Equal(second.NotAfter.ToUniversalTime(), DateTime.Parse((string)after["cert_expiration"]!, System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(("ALLOCATED", false), ((string)after["status"]!, (bool)after["cert_busy"]!));
    }

    [Fact]
    public async Task An_amphora_that_serves_is_not_deleted_and_one_that_nobody_knows_is_removed()
    {
        await using ControllerCommands controller = await ControllerCommands.StartAsync(members: 0);
        await controller.CreateAsync("web");
        string serving = (string)Assert.Single(await AmphoraeAsync(controller))["id"]!;
        IReadOnlyList<string> before = controller.Things;
        string left = Path.Combine(controller.State, "amphorae", Guid.NewGuid().ToString());
        Directory.CreateDirectory(left);

        CommandResult refused = await controller.TryAsync("amphora", "delete", serving);
        string young = await controller.RunAsync("housekeeping", "run");
        string preview = await controller.RunAsync("housekeeping", "run", "--dry-run", "--orphan-age", "0");
        bool isLeft = Directory.Exists(left);
        await controller.RunAsync("housekeeping", "run", "--job", "orphans", "--orphan-age", "0");

        Assert.Equal((3, $"error: Amphora {serving} is in ALLOCATED and cannot be deleted.\n"), (refused.ExitCode, refused.Errors));
        Assert.DoesNotContain(Path.GetFileName(left), young, StringComparison.Ordinal);
        Assert.Contains($"machine {Path.GetFileName(left)}", preview, StringComparison.Ordinal);
        Assert.True(isLeft);
        Assert.Equal(before, controller.Things);
        Assert.Equal(2, (await controller.TryAsync("housekeeping", "run", "--job", "dishes")).ExitCode);
    }

    private static async Task<IReadOnlyList<JsonNode>> AmphoraeAsync(ControllerCommands controller, params string[] filters) =>
        [.. (await controller.RunAsync(["amphora", "list", "--output", "json", .. filters])).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];

    // What an agent shows before it knows who asks.
    private static async Task<X509Certificate2> ServedAsync(IPEndPoint agent)
    {
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(agent, Cancel);
        X509Certificate2? served = null;
        await using SslStream stream = new(new NetworkStream(socket), leaveInnerStreamOpen: false, (_, certificate, _, _) =>
        {
            served = X509CertificateLoader.LoadCertificate(certificate!.GetRawCertData());
            return served is not null;
        });
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "any" }, Cancel);
        return served!;
    }
}

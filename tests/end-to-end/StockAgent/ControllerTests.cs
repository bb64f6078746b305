// Our controller drives an agent from the plugged VIP to the delete: the same commands and the same results, whosever agent it is.
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Amphora.Fixtures;
using Amphora.Fixtures.Agents;
using Amphora.Fixtures.Members;
using Amphora.Fixtures.Programs;
using Xunit;

namespace Amphora.EndToEnd.Tests.StockAgent;

/// <summary>With Octavia's agent, Debian's 11.0.0.</summary>
public sealed class StockAgentControllerTests(BootedStockAmphora booted) : ControllerTests(booted), IClassFixture<BootedStockAmphora>
{
    // What API 1.0 does not tell.
    private protected override (string Balancer, string Listener) Serving => ("UNKNOWN", "UNKNOWN");

    private protected override string[] Versions => [];

    private protected override string UploadedFile => "haproxy.cfg";

    private protected override string ChangeOfWeight(TestDocument document) => "haproxy.cfg changed";
}

/// <summary>With ours.</summary>
public sealed class OwnAgentControllerTests(BootedOwnAmphora booted) : ControllerTests(booted), IClassFixture<BootedOwnAmphora>
{
    private protected override (string Balancer, string Listener) Serving => ("ONLINE", "ONLINE");

    private protected override string[] Versions => ["1.0", "2.0"];

    // Beside what HAProxy runs.
    private protected override string UploadedFile => "uploaded.cfg";

    // No file changes before HAProxy did.
    private protected override string ChangeOfWeight(TestDocument document) => $"member {document.LoadBalancer["pools"]![0]!["members"]![0]!["id"]} of backend ";
}

/// <summary>The tests share an amphora; each pushes a load balancer of its own and deletes it.</summary>
public abstract class ControllerTests(BootedAmphora booted)
{
    private static readonly Uri Http = new("http://www.example.com/");
    private static readonly Uri Https = new("https://www.example.com/");
    private static readonly TimeSpan ReloadLimit = TimeSpan.FromSeconds(20);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private SystemdAmphora Amphora => booted.Amphora;

    /// <summary>Operating status of a load balancer and a listener that serve.</summary>
    private protected abstract (string Balancer, string Listener) Serving { get; }

    /// <summary>Versions of the API it lists beside <c>api_version</c>.</summary>
    private protected abstract string[] Versions { get; }

    /// <summary>Where it keeps an uploaded configuration of HAProxy.</summary>
    private protected abstract string UploadedFile { get; }

    /// <summary>How what it says of another weight of the first member begins.</summary>
    private protected abstract string ChangeOfWeight(TestDocument document);

    [Fact]
    public async Task Who_an_agent_is_and_what_is_installed_is_told()
    {
        using ControllerProgram controller = new(Amphora);

        JsonNode info = await controller.RunAsync(Cancel, "info");
        JsonNode capabilities = await controller.RunAsync(Cancel, "capabilities");

        Assert.Equal("1.0", (string?)info["api_version"]);
        Assert.Equal(Versions, info["versions"]?.AsArray().Select(version => (string)version!["id"]!) ?? []);
        Assert.Equal((Amphora.AmphoraId, (await Amphora.Container.OutputAsync(["hostname"], Cancel)).Trim()), ((string?)capabilities["amphora_id"], (string?)capabilities["hostname"]));
        // API 1.0 tells the package's version, API 2.0 the program's, which is part of it.
        Assert.Matches(@"^\d+\.\d+", (string?)capabilities["haproxy_version"]);
        Assert.Contains((string)capabilities["haproxy_version"]!, await InstalledAsync("haproxy"), StringComparison.Ordinal);
        Assert.Contains((string)capabilities["keepalived_version"]!, await InstalledAsync("keepalived"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_load_balancer_is_pushed_serves_is_changed_and_deleted()
    {
        using ControllerProgram controller = new(Amphora);
        using Traffic traffic = new(Amphora.Topology.Client, Amphora.Topology.Vip, null);
        TestDocument document = Amphora.NewDocument();
        DateTimeOffset began = DateTimeOffset.UtcNow;
        try
        {
            JsonNode plugged = await controller.PlugVipAsync(Cancel);
            Assert.Equal(("eth1", Amphora.Topology.VipPortMac), ((string?)plugged["interface"], (string?)plugged["mac_address"]));

            JsonNode first = await controller.PushAsync(document, Cancel);
            Assert.Equal(("applied", 1, "haproxy.cfg added"), ((string?)first["result"], (int)first["generation"]!, (string?)first["changes"]![0]));
            Assert.Equal(new Dictionary<string, int> { ["member-1"] = 5, ["member-2"] = 5 }, Traffic.Count(await traffic.SendAsync(Http, 10, Cancel)));
            Assert.Equal("active", (await Amphora.Container.UnitAsync($"haproxy-{document.Id}.service", Cancel))["ActiveState"]);
            await CheckShownAsync(controller, document);
            Assert.Equal("unchanged", (string?)(await controller.PushAsync(document, Cancel))["result"]);

            document.Generation++;
            document.LoadBalancer["pools"]![0]!["members"]![0]!["weight"] = 0;
            JsonNode changed = await controller.PushAsync(document, Cancel);
            Assert.Equal(("applied", 2), ((string?)changed["result"], (int)changed["generation"]!));
            Assert.StartsWith(ChangeOfWeight(document), (string?)changed["changes"]![0], StringComparison.Ordinal);
            await UntilServedByAsync(traffic, Http, "member-2");

            Assert.Equal("deleted", (string?)(await controller.RunAsync(Cancel, "delete", document.Id))["result"]);
            Assert.Null((await traffic.SendAsync(Http, 1, Cancel))[0].Member);
            Assert.Equal("inactive", (await Amphora.Container.UnitAsync($"haproxy-{document.Id}.service", Cancel))["ActiveState"]);
            CommandResult gone = await controller.SeeAsync(Cancel, "status", document.Id);
            Assert.Equal(3, gone.ExitCode);
            Assert.Contains(document.Id, gone.Errors, StringComparison.Ordinal);
        }
        finally
        {
            await Amphora.Container.ShowJournalAsync(began);
        }
    }

    [Fact]
    public async Task A_certificate_is_uploaded_with_the_push_and_a_new_one_takes_its_place()
    {
        using ControllerProgram controller = new(Amphora);
        using Traffic traffic = new(Amphora.Topology.Client, Amphora.Topology.Vip, Amphora.Certificates.Authority);
        TestDocument document = new(Amphora.AmphoraId, Amphora.Topology.Vip);
        JsonObject listener = document.AddListener("TERMINATED_HTTPS", 443, document.AddPool("HTTP", Amphora.Topology, PluggedAmphora.MemberPort));
        DateTimeOffset began = DateTimeOffset.UtcNow;
        try
        {
            await controller.PlugVipAsync(Cancel);
            listener["default_tls_container_ref"] = await WriteCertificateAsync(controller, document, "other.example.com");
            Assert.Equal("applied", (string?)(await controller.PushAsync(document, Cancel))["result"]);
            Assert.Contains("name", (await traffic.SendAsync(Https, 1, Cancel))[0].Failure, StringComparison.OrdinalIgnoreCase);

            document.Generation++;
            document.Json["tls_files"]!.AsArray().Clear();
            listener["default_tls_container_ref"] = await WriteCertificateAsync(controller, document, "www.example.com");
            Assert.Equal("applied", (string?)(await controller.PushAsync(document, Cancel))["result"]);
            await UntilServedByAsync(traffic, Https, "member-1", "member-2");

            Assert.Equal("deleted", (string?)(await controller.RunAsync(Cancel, "delete", document.Id))["result"]);
        }
        finally
        {
            await Amphora.Container.ShowJournalAsync(began);
        }
    }

    private async Task CheckShownAsync(ControllerProgram controller, TestDocument document)
    {
        string listener = (string)document.LoadBalancer["listeners"]![0]!["id"]!;
        JsonNode status = await controller.RunAsync(Cancel, "status", document.Id);
        CommandResult config = await controller.SeeAsync(Cancel, "config", document.Id, "haproxy");

        Assert.Equal(Serving, ((string)status["operating_status"]!, (string)status["listeners"]![0]!["operating_status"]!));
        Assert.Equal(listener, (string?)status["listeners"]![0]!["id"]);
        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(Amphora.BasePath, document.Id, UploadedFile), Cancel), config.Output);
        Assert.Contains($"frontend {listener}\n", config.Output, StringComparison.Ordinal);
    }

    // A stock agent answers when the new process is under way; ours, when it serves.
    private static Task UntilServedByAsync(Traffic traffic, Uri url, params string[] members) => Until.TrueAsync(
        $"{string.Join(" and ", members)} answers, and nobody else",
        ReloadLimit,
        async () => Traffic.Count(await traffic.SendAsync(url, 10, Cancel)).Keys.Order().SequenceEqual(members),
        Cancel);

    private async Task<string> WriteCertificateAsync(ControllerProgram controller, TestDocument document, string hostName)
    {
        string pem = Amphora.Certificates.ListenerPem(hostName), digest = Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(pem)));
        await File.WriteAllTextAsync(Path.Combine(controller.Certificates, $"{digest[..40]}.pem"), pem, Cancel);
        return document.AddTlsFile($"{digest[..40]}.pem", digest);
    }

    private async Task<string> InstalledAsync(string package) => await Command.OutputAsync(["dpkg-query", "-W", "-f=${Version}", package], Cancel);
}

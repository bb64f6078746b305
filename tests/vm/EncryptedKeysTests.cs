// The image with the element certs-ramfs: where tenants' keys are, and what becomes of them.
using System.Text;
using System.Text.Json.Nodes;
using Amphora.Fixtures;
using Amphora.Fixtures.Agents;
using Amphora.Fixtures.Members;
using Amphora.Fixtures.Vms;
using Xunit;

namespace Amphora.Vm.Tests;

/// <summary>Explicit: the image of all other tests has no such element (./build.sh vm-test certs-ramfs).</summary>
public sealed class EncryptedKeysTests(SavedAmphora saved)
{
    // Where the files are by the kernel's word, and on which devices the words around a key are found: grep counts lines.
    private const string Report = "until ls /var/lib/octavia/*/generation.json; do sleep 1; done; sync; exec >/dev/console; echo; "
        + "df --output=source,file /var/lib/octavia/certs/*/*.pem; ls -ld /var/lib/octavia/certs; dmsetup table certs; grep -acH PRIVATE /dev/mapper/certs /dev/ram0; echo keys: end";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Explicit = true)]
    public async Task A_listeners_key_is_in_encrypted_memory_and_not_on_the_disk()
    {
        using Certificates authority = new();
        string pem = authority.ListenerPem("www.example.com");
        await using VmAmphora amphora = await VmAmphora.BootAsync(saved.Files, Report, Cancel);
        TestDocument document = await NewDocumentAsync(amphora, pem);

        await amphora.Api.PushAsync(document, Cancel);

        Assert.Equal("member-1", await ServedByAsync(amphora, authority));
        string[] console = (await amphora.Machine.ConsoleUntilAsync("keys: end", Cancel)).Split('\n', StringSplitOptions.TrimEntries);
        string[] files = [.. console.Where(line => line.EndsWith(".pem", StringComparison.Ordinal))];
        Assert.NotEmpty(files);
        Assert.All(files, line => Assert.StartsWith("/dev/mapper/certs ", line, StringComparison.Ordinal));
        Assert.Contains(console, line => line.StartsWith("drwx------ ", StringComparison.Ordinal) && line.EndsWith(" /var/lib/octavia/certs", StringComparison.Ordinal));
        Assert.Contains(console, line => line.Contains(" crypt aes-xts-plain64 ", StringComparison.Ordinal) && line.Contains(" 1:0 ", StringComparison.Ordinal));
        Assert.Contains("/dev/mapper/certs:2", console);
        Assert.Contains("/dev/ram0:0", console);
        byte[] disk = await File.ReadAllBytesAsync(amphora.Machine.Disk, Cancel);
        Assert.True(Holds(disk, document.Id), "the load balancer is not on the disk, so the search says nothing");
        Assert.False(Holds(disk, SecretLine(pem)), "the key is on the disk");
    }

    [Fact(Explicit = true)]
    public async Task After_a_power_cut_the_key_is_gone_and_a_controller_that_pushes_again_brings_all_back()
    {
        using Certificates authority = new();
        string pem = authority.ListenerPem("www.example.com");
        await using VmAmphora amphora = await VmAmphora.StartAsync(saved, members: 1, Cancel);
        TestDocument document = await NewDocumentAsync(amphora, pem);
        await amphora.Api.PushAsync(document, Cancel);
        await ServedByAsync(amphora, authority);

        await amphora.Machine.CutPowerAsync(Cancel);
        await amphora.Machine.PowerOnAsync(Cancel);

        using AgentApi api = amphora.Machine.Api(saved.Files);
        JsonNode status = await api.StatusAsync(document.Id, Cancel);
        Assert.False((bool)status["haproxy_running"]!, status.ToJsonString());
        await api.UploadAsync(document.For(saved.AmphoraId), pem, Cancel);
        await api.PushAsync(document, Cancel);
        Assert.Equal("member-1", await ServedByAsync(amphora, authority));
    }

    // Listeners on ports 80 and 443.
    private static async Task<TestDocument> NewDocumentAsync(VmAmphora amphora, string pem)
    {
        TestDocument document = amphora.NewHttpDocument();
        JsonObject tls = document.AddListener("TERMINATED_HTTPS", 443, document.LoadBalancer["pools"]![0]!.AsObject());
        tls["default_tls_container_ref"] = await amphora.Api.UploadAsync(document, pem, Cancel);
        return document;
    }

    private static async Task<string> ServedByAsync(VmAmphora amphora, Certificates authority)
    {
        await amphora.ServedByAsync(Cancel);
        using HttpClient client = TrafficClient.Create(amphora.Topology.Client, keepAlive: false, authority.Authority, amphora.Topology.Vip);
        client.Timeout = VirtualMachine.CallLimit;
        return (await client.GetStringAsync(new Uri("https://www.example.com/"), Cancel)).Trim();
    }

    // Of the key's Base64, where nothing is that other keys have too.
    private static string SecretLine(string pem) => pem[pem.IndexOf("PRIVATE KEY-----", StringComparison.Ordinal)..].Split('\n')[2];

    private static bool Holds(byte[] content, string text) => content.AsSpan().IndexOf(Encoding.ASCII.GetBytes(text)) >= 0;
}

// Where an amphora's certificates come from, and what it does without.
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Amphora.Fixtures;
using Amphora.Fixtures.Agents;
using Amphora.Fixtures.Networks;
using Amphora.Fixtures.Programs;
using Amphora.Fixtures.Vms;
using Xunit;

namespace Amphora.Vm.Tests;

public sealed class DriveTests(SavedAmphora saved)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_certificates_of_an_ISO_drive_are_the_agents_and_only_its_own_CAs_clients_may_order()
    {
        await using TestNamespace space = await TestNamespace.CreateAsync("drive", Cancel);
        await using VirtualMachine machine = await saved.StartAsync(space, Cancel);
        using Certificates strangers = new();
        using X509Certificate2 stranger = strangers.Client("controller-1");

        using AgentApi api = machine.Api(saved.Files);
        JsonNode versions = await api.SendAsync(HttpMethod.Get, "/", null, Cancel);

        Assert.NotNull(versions);
        await RefusedAsync(machine, space, stranger);
        await RefusedAsync(machine, space, null);
    }

    [Fact]
    public async Task A_VFAT_drive_and_a_port_that_is_there_at_boot_are_taken_too()
    {
        string id = Guid.NewGuid().ToString();
        await using VmAmphora amphora = await VmAmphora.BootAsync(saved.Files, id, await saved.Files.VfatDriveAsync(id, "config-2", Cancel), members: 1, [], Cancel);

        await amphora.Api.PushAsync(amphora.NewHttpDocument(), Cancel);

        Assert.Equal("member-1", await amphora.ServedByAsync(Cancel));
        Assert.Contains("vfat, config-2", await amphora.Machine.ConsoleAsync(Cancel), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("garbage")]
    [InlineData("label")]
    public async Task Without_a_drive_of_its_own_it_waits_and_says_so_on_the_console(string drive)
    {
        await using TestNamespace space = await TestNamespace.CreateAsync("drive", Cancel);
        using TestFolder folder = new();
        string[] options = drive switch
        {
            "garbage" => ["--config-drive", folder.Write("garbage", new string('?', 100_000))],
            "label" => ["--config-drive", await saved.Files.VfatDriveAsync(Guid.NewGuid().ToString(), "config-3", Cancel)],
            _ => [],
        };
        await using VirtualMachine machine = await VirtualMachine.BootAsync(space, options, Cancel);

        string console = await machine.ConsoleUntilAsync("config-drive: waiting for a block device with the label config-2", Cancel);

        Assert.DoesNotContain("installed", console, StringComparison.Ordinal);
        Assert.Equal(0, (await Command.RunAsync(["kill", "-s", "0", $"{machine.Pid}"], Cancel)).ExitCode);
    }

    [Theory]
    [InlineData("bios")]
    [InlineData("uefi")]
    public async Task The_disk_itself_boots(string firmware)
    {
        await using TestNamespace space = await TestNamespace.CreateAsync("firmware", Cancel);
        string drive = await saved.Files.IsoDriveAsync(Guid.NewGuid().ToString(), "SINGLE", Cancel);

        await using VirtualMachine machine = await VirtualMachine.BootAsync(
            space, ["--firmware", firmware, "--config-drive", drive, "--wait", $"{VirtualMachine.BootLimit}"], Cancel);

        using AgentApi api = machine.Api(saved.Files);
        Assert.NotNull(await api.SendAsync(HttpMethod.Get, "/", null, Cancel));
    }

    private static async Task RefusedAsync(VirtualMachine machine, TestNamespace space, X509Certificate2? certificate)
    {
        using Certificates none = new();
        using HttpClient client = MtlsClient.Create(machine.Agent, none.Authority, certificate, space);
        client.Timeout = VirtualMachine.CallLimit;
        HttpRequestException refusal = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(new Uri("/", UriKind.Relative), Cancel));
        Assert.True(refusal.GetBaseException() is AuthenticationException or IOException or System.Net.Sockets.SocketException, refusal.ToString());
    }
}

// Amphorae of this host, from build to nothing left; the shipped agent in them.
using System.Diagnostics;
using System.Globalization;
using System.Net;
using Amphora.Contract;
using Amphora.Contract.Rest;
using Amphora.Controller.Drivers;
using Amphora.Controller.Drivers.Compute;
using Amphora.Controller.Drivers.Compute.Local;
using Amphora.Controller.Drivers.Compute.Netns;
using Amphora.Controller.Drivers.Networking;
using Amphora.Controller.Drivers.Networking.Netns;
using Amphora.Fixtures;
using Amphora.Fixtures.Programs;
using Amphora.Linux.Namespaces;
using Amphora.Linux.Processes;
using Xunit;

namespace Amphora.Controller.Tests.Drivers.Netns;

public sealed class NetnsAmphorae : IAsyncLifetime
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    private NetnsWorld _world = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _world = await NetnsWorld.CreateAsync(Token);

    public async ValueTask DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task A_built_amphora_is_active_within_a_second_or_so_and_its_agent_is_who_it_says()
    {
        var build = _world.NewBuild();
        var clock = Stopwatch.StartNew();
        var id = await _world.Compute.BuildAsync(build, Token);
        var built = clock.Elapsed;
        var machine = await _world.ActiveAsync(id, Token);
        TestContext.Current.TestOutputHelper?.WriteLine($"BuildAsync {built.TotalMilliseconds:0} ms, ACTIVE after {clock.Elapsed.TotalMilliseconds:0} ms");

        var capabilities = await _world.AskAsync(machine, agent => agent.GetCapabilitiesAsync(Token));

        Assert.Equal("child-processes", capabilities.ServiceManager);
        Assert.Equal((build.AmphoraId, "host-1"), (machine.AmphoraId, machine.Zone));
        Assert.Equal(id, await _world.Compute.FindAsync(build.AmphoraId, Token));
        Assert.Equal(machine, await _world.NewCompute().GetAsync(id, Token));
        Assert.Equal(machine, Assert.Single(await _world.Compute.ListAsync(Token)));
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task An_address_that_another_amphora_has_just_had_is_reached_at_once()
    {
        // A network with room for one: the gateway has the other address.
        await using var world = await NetnsWorld.CreateAsync(Token, managementPrefixLength: 30);
        var before = await world.BuildAsync(world.NewBuild(), Token);
        await world.AskAsync(before, agent => agent.GetCapabilitiesAsync(Token));
        await world.Compute.DeleteAsync(before.ComputeId, Token);

        var id = await world.Compute.BuildAsync(world.NewBuild(), Token);
        var port = Assert.Single(await world.Network.FindPortsAsync(NetnsNetworkOperator.ManagementPort(Guid.Parse(id)), Token));
        var known = await Command.OutputAsync(["ip", "neigh", "show", $"{before.ManagementAddress}"], Token);

        Assert.Equal(before.ManagementAddress, port.FixedIps[0].IpAddress);
        // The host has heard of the new owner. The old one it would ask for up to 45 s, and then three times more (arp(7)).
        Assert.Contains(PhysicalAddressConverter.Spell(port.MacAddress), known, StringComparison.OrdinalIgnoreCase);
        await world.ActiveAsync(id, Token);
    }

    [Fact]
    public async Task Secrets_of_the_config_drive_are_their_owners_alone()
    {
        var machine = await _world.BuildAsync(_world.NewBuild(), Token);

        var folder = Path.Combine(_world.State, "amphorae", machine.ComputeId);
        Assert.Equal((UnixFileMode)0b111_000_000, File.GetUnixFileMode(Path.Combine(folder, "config-drive")));
        Assert.All(Directory.EnumerateFiles(Path.Combine(folder, "config-drive"), "*", SearchOption.AllDirectories), file => Assert.Equal((UnixFileMode)0b110_000_000, File.GetUnixFileMode(file)));
        Assert.Equal((UnixFileMode)0b110_000_000, File.GetUnixFileMode(Path.Combine(folder, "root/etc/octavia/certs/server.pem")));
    }

    [Fact]
    public async Task A_port_is_plugged_while_the_agent_runs_and_serves_until_it_is_taken_out()
    {
        var machine = await _world.BuildAsync(_world.NewBuild(), Token);
        var port = await NewPortAsync("octavia-lb-vrrp-test");
        var mac = Spell(port);

        await _world.Compute.AttachPortAsync(machine.ComputeId, port.Id, Token);
        await _world.Compute.AttachPortAsync(machine.ComputeId, port.Id, Token);
        var plugged = await PlugAsync(machine, port);
        var listed = await _world.AskAsync(machine, agent => agent.ListPortsAsync(Token));

        Assert.Equal((mac, true), (plugged.MacAddress, plugged.Up));
        Assert.Equal("eth1", plugged.Interface);
        Assert.Equal(mac, Assert.Single(listed.Ports).MacAddress);
        Assert.Equal((machine.ComputeId, "compute:host-1"), ((await _world.Network.GetPortAsync(port.Id, Token))!.DeviceId, (await _world.Network.GetPortAsync(port.Id, Token))!.DeviceOwner));
        var client = _world.NewSpace("client");
        await _world.Operator.ConnectAsync(_world.Demo.NetworkId, client.Name, null, Token);
        Assert.Contains("lladdr " + mac, await NeighbourAsync(client.Name, "10.66.0.200"), StringComparison.Ordinal);

        await _world.Compute.AttachPortAsync(machine.ComputeId, port.Id, Token);
        await _world.Compute.DetachPortAsync(machine.ComputeId, port.Id, Token);
        await _world.Compute.DetachPortAsync(machine.ComputeId, port.Id, Token);

        Assert.False((await _world.AskAsync(machine, agent => agent.ListPortsAsync(Token))).Ports.Exists(other => other.Up));
        Assert.Equal("", (await _world.Network.GetPortAsync(port.Id, Token))!.DeviceId);
        Assert.Equal(ComputeStatus.Active, (await _world.Compute.GetAsync(machine.ComputeId, Token))!.Status);
    }

    [Fact]
    public async Task A_port_is_in_one_machine_and_goes_to_another_when_the_first_is_gone()
    {
        var (first, second) = (await _world.BuildAsync(_world.NewBuild(), Token), await _world.BuildAsync(_world.NewBuild(), Token));
        var port = await NewPortAsync("octavia-lb-vrrp-test");
        await _world.Compute.AttachPortAsync(first.ComputeId, port.Id, Token);

        var refusal = await Assert.ThrowsAsync<DriverException>(() => _world.Compute.AttachPortAsync(second.ComputeId, port.Id, Token));
        Assert.Equal(DriverErrorKind.Conflict, refusal.Kind);
        await _world.Compute.DeleteAsync(first.ComputeId, Token);
        Assert.NotNull(await _world.Network.GetPortAsync(port.Id, Token));
        await _world.Compute.AttachPortAsync(second.ComputeId, port.Id, Token);

        Assert.Equal(second.ComputeId, (await _world.Network.GetPortAsync(port.Id, Token))!.DeviceId);
        Assert.Equal(DriverErrorKind.NotFound, (await Assert.ThrowsAsync<DriverException>(() => _world.Compute.AttachPortAsync(first.ComputeId, port.Id, Token))).Kind);
        await _world.Compute.DetachPortAsync(first.ComputeId, port.Id, Token);
        Assert.Equal(second.ComputeId, (await _world.Network.GetPortAsync(port.Id, Token))!.DeviceId);
    }

    [Fact]
    public async Task Deleting_leaves_nothing_also_of_a_load_balancer_that_serves()
    {
        // One that is built and deleted makes what stays: the rules of the management network.
        await _world.Compute.DeleteAsync((await _world.BuildAsync(_world.NewBuild(), Token)).ComputeId, Token);
        var before = _world.Traces();
        var machine = await _world.BuildAsync(_world.NewBuild(), Token);
        var port = await NewPortAsync("octavia-lb-vrrp-test");
        await _world.Compute.AttachPortAsync(machine.ComputeId, port.Id, Token);
        await PlugAsync(machine, port);
        await PushAsync(machine);
        var serving = NetworkNamespace.Processes(_world.Network.Names.AmphoraHaproxy(machine.AmphoraId));
        Assert.NotEmpty(serving);

        await _world.Compute.DeleteAsync(machine.ComputeId, Token);
        await _world.Compute.DeleteAsync(machine.ComputeId, Token);
        await _world.Network.DeletePortAsync(port.Id, Token);

        Assert.Equal(before, _world.Traces());
        Assert.DoesNotContain(serving, ProcessStatus.Runs);
        Assert.Null(await _world.Compute.GetAsync(machine.ComputeId, Token));
        Assert.Null(await _world.Compute.FindAsync(machine.AmphoraId, Token));
    }

    [Fact]
    public async Task Building_again_finds_the_one_there_is()
    {
        var build = _world.NewBuild();

        var ids = await Task.WhenAll(_world.Compute.BuildAsync(build, Token), _world.NewCompute().BuildAsync(build, Token), _world.NewCompute().BuildAsync(build, Token));
        await _world.ActiveAsync(ids[0], Token);

        Assert.Single(ids.Distinct());
        Assert.Single(NetworkNamespace.Processes(_world.Network.Names.AmphoraRoot(build.AmphoraId)));
        Assert.Single(await _world.Compute.ListAsync(Token));
    }

    [Fact]
    public async Task A_killed_agent_is_shut_off_and_what_it_started_goes_with_the_machine()
    {
        var machine = await _world.BuildAsync(_world.NewBuild(), Token);
        var agent = Assert.Single(NetworkNamespace.Processes(_world.Network.Names.AmphoraRoot(machine.AmphoraId)));

        await Command.OutputAsync(["kill", "-s", "KILL", agent.ToString(CultureInfo.InvariantCulture)], Token);
        await Until.TrueAsync("it is shut off", s_limit, async () => (await _world.Compute.GetAsync(machine.ComputeId, Token))!.Status == ComputeStatus.Shutoff, Token);

        Assert.Null(ProcessStatus.StartTime(agent));
        await _world.Compute.DeleteAsync(machine.ComputeId, Token);
        Assert.Empty(await _world.Compute.ListAsync(Token));
    }

    [Fact]
    public async Task An_agent_that_dies_at_its_start_is_an_error_with_its_last_words()
    {
        var build = _world.NewBuild();
        var broken = build with { Files = build.Files.ConvertAll(file => file.Key.EndsWith("server.pem", StringComparison.Ordinal) ? new KeyValuePair<string, string>(file.Key, "no certificate") : file) };

        var id = await _world.Compute.BuildAsync(broken, Token);
        ComputeMachine? machine = null;
        await Until.TrueAsync("it is in ERROR", s_limit, async () => (machine = await _world.Compute.GetAsync(id, Token))!.Status == ComputeStatus.Error, Token);

        Assert.Contains("server.pem", machine!.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_drive_that_cannot_be_installed_ends_the_build_and_leaves_nothing()
    {
        await _world.Compute.DeleteAsync((await _world.BuildAsync(_world.NewBuild(), Token)).ComputeId, Token);
        var before = _world.Traces();
        var build = _world.NewBuild() with { Files = [new("/etc/shadow", "root::0:0:99999:7:::")] };

        var refusal = await Assert.ThrowsAsync<DriverException>(() => _world.Compute.BuildAsync(build, Token));

        Assert.Contains("/etc/shadow", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(before, _world.Traces());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_build_that_was_cut_off_is_gone_on_with_or_deleted(bool isDeleted)
    {
        await _world.Compute.DeleteAsync((await _world.BuildAsync(_world.NewBuild(), Token)).ComputeId, Token);
        var before = _world.Traces();
        var build = _world.NewBuild();
        var machine = await _world.BuildAsync(build, Token);
        // As after a kill -9 between the start of the agent and the note of it: the agent runs, nobody knows.
        var record = Path.Combine(_world.State, "amphorae", machine.ComputeId, "amphora.json");
        var folder = new AmphoraFolder(Path.GetDirectoryName(record)!, build.AmphoraId);
        folder.WriteRecord(folder.ReadRecord()! with { Agent = null, ManagementAddress = null, HasListened = false });
        Assert.Equal(ComputeStatus.Error, (await _world.Compute.GetAsync(machine.ComputeId, Token))!.Status);

        if (isDeleted)
        {
            await _world.NewCompute().DeleteAsync(machine.ComputeId, Token);
            Assert.Equal(before, _world.Traces());
            return;
        }

        var again = await _world.BuildAsync(build, Token);
        Assert.Equal(machine, again);
        Assert.Single(NetworkNamespace.Processes(_world.Network.Names.AmphoraRoot(build.AmphoraId)));
    }

    [Fact]
    public async Task What_is_left_without_its_folder_is_deleted_by_its_id()
    {
        await _world.Compute.DeleteAsync((await _world.BuildAsync(_world.NewBuild(), Token)).ComputeId, Token);
        var before = _world.Traces();
        var machine = await _world.BuildAsync(_world.NewBuild(), Token);
        Directory.Delete(Path.Combine(_world.State, "amphorae", machine.ComputeId), recursive: true);

        await _world.Compute.DeleteAsync(machine.ComputeId, Token);

        Assert.Equal(before, _world.Traces());
    }

    [Fact]
    public async Task Machines_of_a_group_are_on_different_hosts_until_there_are_no_more()
    {
        var compute = new NetnsComputeDriver(_world.Network, _world.ComputeOptions with { Hosts = ["a", "b"] });
        var strict = await compute.CreateServerGroupAsync("octavia-lb-1", AntiAffinity.AntiAffinity, Token);
        Assert.Equal(strict, await compute.CreateServerGroupAsync("octavia-lb-1", AntiAffinity.AntiAffinity, Token));

        await Task.WhenAll(compute.BuildAsync(_world.NewBuild(group: strict), Token), compute.BuildAsync(_world.NewBuild(group: strict), Token));
        var refusal = await Assert.ThrowsAsync<DriverException>(() => compute.BuildAsync(_world.NewBuild(group: strict), Token));

        Assert.Equal(DriverErrorKind.Exhausted, refusal.Kind);
        Assert.Equal(["a", "b"], (await compute.ListAsync(Token)).Select(machine => machine.Zone).Order());
        await compute.DeleteServerGroupAsync(strict, Token);
        await compute.DeleteServerGroupAsync(strict, Token);
        Assert.Equal(DriverErrorKind.NotFound, (await Assert.ThrowsAsync<DriverException>(() => compute.BuildAsync(_world.NewBuild(group: strict), Token))).Kind);
    }

    private static string Spell(NetworkPort port) => string.Join(':', port.MacAddress.GetAddressBytes().Select(part => part.ToString("x2", CultureInfo.InvariantCulture)));

    private static async Task<string> NeighbourAsync(string space, string address)
    {
        await Command.RunAsync(["nsenter", $"--net=/run/netns/{space}", "ping", "-c", "1", "-W", "2", address], Token);
        return await Command.OutputAsync(["ip", "-n", space, "neigh", "show", address], Token);
    }

    private async Task<NetworkPort> NewPortAsync(string name)
    {
        var port = await _world.Network.CreatePortAsync(new PortRequest { Name = name, NetworkId = _world.Demo.NetworkId, FixedIps = [new WantedIp(_world.Demo.Id, null)] }, Token);
        return await _world.Network.UpdatePortAsync(port.Id, new PortChange { AllowedAddresses = [IPAddress.Parse("10.66.0.200")] }, Token);
    }

    private Task<PortState> PlugAsync(ComputeMachine machine, NetworkPort port) => _world.AskAsync(machine, agent => agent.PlugAsync(
        Spell(port),
        new Port
        {
            Type = PortType.Vip,
            VrrpIp = port.FixedIps[0].IpAddress,
            Vips = [new PortVip { IpAddress = IPAddress.Parse("10.66.0.200"), SubnetCidr = _world.Demo.Cidr, GatewayIp = _world.Demo.GatewayIp }],
        },
        Token));

    private async Task PushAsync(ComputeMachine machine)
    {
        var document = new Fixtures.Agents.TestDocument(machine.ComputeId, IPAddress.Parse("10.66.0.200"));
        document.AddListener("HTTP", 80, null);
        await _world.AskAsync(machine, agent => agent.ApplyAsync(Guid.Parse(document.Id), System.Text.Encoding.UTF8.GetBytes(document.ToString()), ifMatch: null, confirmWithin: null, Token));
    }
}

// Orphans made by hand on this host: machines, ports, groups, namespaces, links; and a neighbour whose things stay.
using Amphora.Contract.DesiredState;
using Amphora.Controller.Amphorae;
using Amphora.Controller.Certificates;
using Amphora.Controller.ConfigDrive;
using Amphora.Controller.Drivers.AmphoraAgent.Noop;
using Amphora.Controller.Drivers.Compute;
using Amphora.Controller.Drivers.Networking;
using Amphora.Controller.Drivers.Networking.Netns;
using Amphora.Controller.Flows;
using Amphora.Controller.Housekeeping;
using Amphora.Controller.LoadBalancers.LoadBalancer;
using Amphora.Controller.LoadBalancers.Tls;
using Amphora.Controller.Store;
using Amphora.Controller.Tests.Drivers.Netns;
using Amphora.Controller.Vips;
using Amphora.Fixtures;
using Amphora.Fixtures.Programs;
using Amphora.Linux.Files;
using Amphora.Linux.Namespaces;
using Amphora.Linux.Netlink;
using Xunit;

namespace Amphora.Controller.Tests.Housekeeping;

public sealed class NetnsOrphans
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Everything_that_was_left_goes_and_everything_that_is_somebodys_stays()
    {
        await using var world = await NetnsWorld.CreateAsync(Cancel);
        await using var neighbour = await NetnsWorld.CreateAsync(Cancel);
        using var folder = new TestFolder();
        await using var database = await StoreSlice.OpenSqliteAsync(folder["controller.db"], TimeProvider.System, Cancel);
        var kept = await KeptAsync(world, database);
        await neighbour.BuildAsync(neighbour.NewBuild(), Cancel);
        var (before, others) = (world.Traces(), neighbour.Traces());
        await using var process = await LeaveAsync(world, folder["sleep.log"]);
        var young = await new OrphanJob(ServicesOf(world, database), new HousekeepingSettings()).PreviewAsync(Cancel);

        var round = await new OrphanJob(ServicesOf(world, database), new HousekeepingSettings { OrphanAge = TimeSpan.Zero }).RunAsync(Cancel);

        Assert.Equal(
            ["files", "link", "link", "machine", "namespace", "port", "port", "security-group", "server-group"], round.Actions.Select(action => action.Which.Split(' ')[0]).Order(StringComparer.Ordinal));
        Assert.All(round.Actions, action => Assert.Null(action.Error));
        Assert.Equal(before, world.Traces());
        Assert.Equal(others, neighbour.Traces());
        await process.WaitAsync(Cancel);
        Assert.Equal(ComputeStatus.Active, (await world.Compute.GetAsync(kept.ToString(), Cancel))!.Status);
        // Links have no age: their record alone tells.
        Assert.All(young.Actions, action => Assert.StartsWith("link ", action.Which, StringComparison.Ordinal));
        Assert.Empty((await new OrphanJob(ServicesOf(world, database), new HousekeepingSettings { OrphanAge = TimeSpan.Zero }).RunAsync(Cancel)).Actions);
    }

    // An amphora that serves a load balancer, with its port.
    private static async Task<Guid> KeptAsync(NetnsWorld world, IDatabase database)
    {
        var balancer = new LoadBalancerRow { Id = Guid.NewGuid(), ProjectId = "demo", Name = "web" };
        var build = world.NewBuild();
        await database.InTransactionAsync(
            async (transaction, token) =>
            {
                await new LoadBalancerRows(transaction).InsertAsync(balancer, token);
                await new AmphoraRows(transaction).InsertAsync(new AmphoraRow { Id = build.AmphoraId, LoadBalancerId = balancer.Id, Status = AmphoraStatus.Allocated }, token);
            },
            Cancel);
        await world.BuildAsync(build, Cancel);
        var group = await world.Network.CreateSecurityGroupAsync(VipNames.SecurityGroup(balancer.Id), Cancel);
        var port = await PortAsync(world, VipNames.BasePort(build.AmphoraId), VipNames.DeviceOwner, group);
        await world.Compute.AttachPortAsync(build.AmphoraId.ToString(), port.Id, Cancel);
        await PortAsync(world, "somebody's", "");
        return build.AmphoraId;
    }

    private static async Task<RunningProgram> LeaveAsync(NetnsWorld world, string log)
    {
        var build = world.NewBuild();
        await world.BuildAsync(build, Cancel);
        var group = await world.Network.CreateSecurityGroupAsync(VipNames.SecurityGroup(Guid.NewGuid()), Cancel);
        var plugged = await PortAsync(world, VipNames.BasePort(build.AmphoraId), VipNames.DeviceOwner, group);
        await world.Compute.AttachPortAsync(build.AmphoraId.ToString(), plugged.Id, Cancel);
        await PortAsync(world, VipNames.VipPort(Guid.NewGuid()), VipNames.DeviceOwner, group);
        await world.Compute.CreateServerGroupAsync(VipNames.ServerGroup(Guid.NewGuid()), AntiAffinity.AntiAffinity, Cancel);
        using (var netlink = RouteNetlink.Open(world.Network.Names.Fabric))
        {
            netlink.AddBridge(NetnsNames.Bridge(Guid.NewGuid()), NetnsNames.BridgeAddress(Guid.NewGuid()));
            netlink.AddBridge(NetnsNames.Plug(Guid.NewGuid()), NetnsNames.BridgeAddress(Guid.NewGuid()));
        }

        var dead = Guid.NewGuid();
        AtomicLink.Point(Path.Combine(world.Network.Options.RuntimeDirectory, world.Network.Names.AmphoraFiles(dead)), Path.Combine(world.State, "amphorae", dead.ToString(), "root/var/lib/octavia"));
        NetworkNamespace.Create(world.Network.Names.AmphoraHaproxy(dead));
        return RunningProgram.Start(["sleep", "600"], log, world.Network.Names.AmphoraHaproxy(dead), null);
    }

    private static Task<NetworkPort> PortAsync(NetnsWorld world, string name, string owner, params Guid[] groups) => world.Network.CreatePortAsync(
        new PortRequest { Name = name, NetworkId = world.Demo.NetworkId, DeviceOwner = owner, SecurityGroups = [.. groups] }, Cancel);

    private static LoadBalancerServices ServicesOf(NetnsWorld world, IDatabase database)
    {
        var agents = new NoopAmphoraDriver();
        var agent = new AgentSettings { HeartbeatInterval = 10, BindHost = System.Net.IPAddress.Any, BindPort = 9443, Topology = Topology.Single };
        return new LoadBalancerServices(
            new AmphoraServices(database, world.Compute, agents, new NoopCertificates(), new AmphoraSettings { Agent = agent }),
            new VipServices(database, world.Network, world.Compute, agents),
            new TlsContainers(new SealingKeys([new byte[32]])),
            new LoadBalancerSettings());
    }
}

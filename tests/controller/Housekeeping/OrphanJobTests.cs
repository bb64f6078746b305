// What nobody has is found and removed, and nothing else is touched (flows.md §4, §10).
using Amphora.Contract.DesiredState;
using Amphora.Controller.Drivers.Compute;
using Amphora.Controller.Drivers.Networking;
using Amphora.Controller.Housekeeping;
using Amphora.Controller.Store;
using Amphora.Controller.Tests.LoadBalancers;
using Amphora.Controller.Tests.Store;
using Amphora.Controller.Vips;
using Xunit;

namespace Amphora.Controller.Tests.Housekeeping;

public abstract class OrphanJobTests(DatabaseServers servers, Engine engine) : DatabaseTests(servers, engine)
{
    [Fact]
    public async Task What_has_a_row_is_nobodys_orphan_and_what_has_lost_it_is()
    {
        await using var world = await WorldAsync();
        var (id, _) = await world.CreateAsync(LoadBalancerWorld.Request(Topology.ActiveStandby));
        await world.Compute.CreateServerGroupAsync(VipNames.ServerGroup(id), AntiAffinity.AntiAffinity, Token);
        var things = await world.ThingsAsync();

        var before = await Job(world).RunAsync(Token);
        await InTransactionAsync(async transaction =>
        {
            await new LoadBalancerRows(transaction).SetStatusAsync(id, RowStatus.Deleted, Token);
            foreach (var amphora in await new AmphoraRows(transaction).OfLoadBalancerAsync(id, Token))
            {
                await new AmphoraRows(transaction).SetStatusAsync(amphora.Id, AmphoraStatus.Deleted, Token);
            }
        });
        var preview = await Job(world).PreviewAsync(Token);
        Assert.Equal(things, await world.ThingsAsync());
        var after = await Job(world).RunAsync(Token);

        Assert.Empty(before.Actions);
        Assert.Equal(7, after.Actions.Count);
        Assert.Equal(after, preview);
        Assert.All(after.Actions, action => Assert.Null(action.Error));
        Assert.Empty(await world.ThingsAsync());
    }

    [Fact]
    public async Task What_only_looks_like_ours_is_left_alone()
    {
        await using var world = await WorldAsync();
        var (id, user) = (Guid.NewGuid(), Guid.NewGuid());
        await PortAsync(world, VipNames.VipPort(id), "");
        await PortAsync(world, VipNames.VipPort(user), "compute:nova");
        await PortAsync(world, VipNames.BasePort(id), "network:router_interface");
        await PortAsync(world, $"octavia-lb-{id:N}", VipNames.DeviceOwner);
        await PortAsync(world, $"my-octavia-lb-{id}", VipNames.DeviceOwner);
        await PortAsync(world, "octavia-lb-", VipNames.DeviceOwner);
        await world.Network.CreateSecurityGroupAsync($"web-{id}", Token);
        await world.Network.CreateSecurityGroupAsync("lb-web", Token);
        await world.Compute.CreateServerGroupAsync("octavia-lb-web", AntiAffinity.AntiAffinity, Token);

        var round = await Job(world).RunAsync(Token);

        Assert.Empty(round.Actions);
        Assert.Equal(9, (await world.ThingsAsync()).Count);
    }

    [Fact]
    public async Task Ports_of_amphorae_are_ours_whether_they_are_plugged_or_not()
    {
        await using var world = await WorldAsync();
        await PortAsync(world, VipNames.BasePort(Guid.NewGuid()), VipNames.DeviceOwner);
        await PortAsync(world, VipNames.BasePort(Guid.NewGuid()), "compute:host-1");
        await PortAsync(world, VipNames.MemberPort(Guid.NewGuid()), "");

        var round = await Job(world).RunAsync(Token);

        Assert.Equal(3, round.Actions.Count);
        Assert.Empty(await world.ThingsAsync());
    }

    [Fact]
    public async Task What_is_young_is_left_alone()
    {
        await using var world = await WorldAsync();
        await PortAsync(world, VipNames.BasePort(Guid.NewGuid()), VipNames.DeviceOwner);
        await world.Compute.BuildAsync(new ComputeBuild { AmphoraId = Guid.NewGuid(), Files = [] }, Token);
        Clock.Now = TimeProvider.System.GetUtcNow() + TimeSpan.FromMinutes(14);

        var young = await new OrphanJob(world.Services, new HousekeepingSettings()).RunAsync(Token);
        Clock.Now += TimeSpan.FromMinutes(2);
        var old = await new OrphanJob(world.Services, new HousekeepingSettings()).RunAsync(Token);

        Assert.Empty(young.Actions);
        Assert.Equal(2, old.Actions.Count);
    }

    [Fact]
    public async Task One_that_cannot_be_removed_says_why_and_does_not_stop_the_others()
    {
        await using var world = await WorldAsync();
        var (kept, gone) = (Guid.NewGuid(), Guid.NewGuid());
        var group = await world.Network.CreateSecurityGroupAsync(VipNames.SecurityGroup(kept), Token);
        await world.Network.CreateSecurityGroupAsync(VipNames.SecurityGroup(gone), Token);
        await world.Network.CreatePortAsync(new PortRequest { Name = "mine", NetworkId = Guid.NewGuid(), SecurityGroups = [group] }, Token);

        var round = await Job(world).RunAsync(Token);

        var failed = Assert.Single(round.Actions, action => action.Error is not null);
        Assert.Equal($"security-group lb-{kept}", failed.Which);
        Assert.Equal([$"lb-{kept}"], world.Network.SecurityGroups);
    }

    [Fact]
    public async Task With_a_database_that_knows_of_nothing_nothing_is_touched()
    {
        await using var world = LoadBalancerWorld.On(Database);
        Clock.Now = TimeProvider.System.GetUtcNow() + TimeSpan.FromDays(1);
        await world.Compute.BuildAsync(new ComputeBuild { AmphoraId = Guid.NewGuid(), Files = [] }, Token);

        var round = await Job(world).RunAsync(Token);

        Assert.Contains("right one", Assert.Single(round.Actions).Error, StringComparison.Ordinal);
        Assert.Single(await world.ThingsAsync());
    }

    // The database has known of something, and everything was made a while ago.
    private async Task<LoadBalancerWorld> WorldAsync()
    {
        await AddLoadBalancerAsync(RowStatus.Deleted);
        Clock.Now = TimeProvider.System.GetUtcNow() + TimeSpan.FromMinutes(1);
        return LoadBalancerWorld.On(Database);
    }

    private static OrphanJob Job(LoadBalancerWorld world) => new(world.Services, new HousekeepingSettings { OrphanAge = TimeSpan.FromSeconds(1) });

    private static Task<NetworkPort> PortAsync(LoadBalancerWorld world, string name, string owner) =>
        world.Network.CreatePortAsync(new PortRequest { Name = name, NetworkId = Guid.NewGuid(), DeviceOwner = owner }, Token);
}

public sealed class OrphanJobOnSqlite(DatabaseServers servers) : OrphanJobTests(servers, Engine.Sqlite);

public sealed class OrphanJobOnPostgres(DatabaseServers servers) : OrphanJobTests(servers, Engine.Postgres);

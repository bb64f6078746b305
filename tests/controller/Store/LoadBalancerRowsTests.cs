// The table load_balancers: fields, names, the status lock, purging.
using System.Net;
using Amphora.Contract.DesiredState;
using Amphora.Controller.Store;
using Xunit;

namespace Amphora.Controller.Tests.Store;

public abstract class LoadBalancerRowsTests(DatabaseServers servers, Engine engine) : DatabaseTests(servers, engine)
{
    [Fact]
    public async Task What_is_inserted_is_read_again_field_by_field()
    {
        LoadBalancerRow row = Full();

        await InTransactionAsync(transaction => new LoadBalancerRows(transaction).InsertAsync(row, Token));
        LoadBalancerRow? read = await GetAsync(row.Id);

        Assert.Equal(row with { CreatedAt = Clock.Now }, read);
    }

    [Fact]
    public async Task What_was_not_given_is_null()
    {
        LoadBalancerRow row = new() { Id = Guid.NewGuid(), ProjectId = "p1" };

        await InTransactionAsync(transaction => new LoadBalancerRows(transaction).InsertAsync(row, Token));

        Assert.Equal(row with { CreatedAt = Clock.Now }, await GetAsync(row.Id));
        Assert.Null(await GetAsync(Guid.NewGuid()));
    }

    [Fact]
    public async Task The_setters_change_what_they_are_for_and_the_time()
    {
        LoadBalancerRow row = await AddLoadBalancerAsync();
        Clock.Now = Clock.Now.AddSeconds(1);
        LoadBalancerRow full = Full();

        VrrpGroup? group = await InTransactionAsync(async transaction =>
        {
            LoadBalancerRows rows = new(transaction);
            await rows.SetFieldsAsync(row.Id, "it's; DROP TABLE \"x\" --", "ü", adminStateUp: false, Token);
            await rows.SetVipAsync(row.Id, Vip(full), Token);
            await rows.SetServerGroupAsync(row.Id, "group", Token);
            await rows.SetStatusAsync(row.Id, RowStatus.Error, Token);
            await rows.AddVrrpGroupAsync(row.Id, full.VrrpGroup!, Token);
            return await rows.AddVrrpGroupAsync(row.Id, full.VrrpGroup! with { VrrpAuthPass = "other" }, Token);
        });

        Assert.Equal(full.VrrpGroup, group);
        Assert.Equal(
            full with
            {
                Id = row.Id,
                ProjectId = row.ProjectId,
                Name = "it's; DROP TABLE \"x\" --",
                Description = "ü",
                ServerGroupId = "group",
                ProvisioningStatus = RowStatus.Error,
                OperatingStatus = OperatingStatus.Offline,
                Topology = Topology.Single,
                CreatedAt = Clock.Now.AddSeconds(-1),
                UpdatedAt = Clock.Now,
            },
            await GetAsync(row.Id));
    }

    [Fact]
    public async Task A_person_s_word_is_an_id_or_a_name_and_all_of_that_name_are_told()
    {
        LoadBalancerRow first = await AddLoadBalancerAsync(name: "web");
        LoadBalancerRow second = await AddLoadBalancerAsync(name: "web", project: "p2");
        await AddLoadBalancerAsync(RowStatus.Deleted, name: "web");
        LoadBalancerRow odd = await AddLoadBalancerAsync(name: Guid.NewGuid().ToString());

        Assert.Equal([first.Id, second.Id], (await FindAsync("web", null)).Order(Order(first, second)));
        Assert.Equal([second.Id], await FindAsync("web", "p2"));
        Assert.Equal([first.Id], await FindAsync($"{first.Id}", "p1"));
        Assert.Empty(await FindAsync($"{first.Id}", "p2"));
        Assert.Equal([odd.Id], await FindAsync(odd.Name, null));
        Assert.Empty(await FindAsync("Web", null));
    }

    [Fact]
    public async Task A_list_is_of_a_project_or_of_all_and_hides_the_deleted()
    {
        LoadBalancerRow first = await AddLoadBalancerAsync();
        Clock.Now = Clock.Now.AddTicks(10);
        LoadBalancerRow second = await AddLoadBalancerAsync(project: "p2");
        await AddLoadBalancerAsync(RowStatus.Deleted);

        Assert.Equal([first.Id, second.Id], (await ReadAsync(transaction => new LoadBalancerRows(transaction).ListAsync(null, Token))).Select(row => row.Id));
        Assert.Equal([second.Id], (await ReadAsync(transaction => new LoadBalancerRows(transaction).ListAsync("p2", Token))).Select(row => row.Id));
    }

    [Theory]
    [InlineData("Active", true, false)]
    [InlineData("Error", true, false)]
    [InlineData("PendingUpdate", false, false)]
    [InlineData("PendingCreate", false, false)]
    [InlineData("Deleted", false, true)]
    [InlineData(null, false, true)]
    public async Task The_lock_is_taken_from_the_statuses_that_are_named(string? status, bool isTaken, bool isMissing)
    {
        Guid id = status is null ? Guid.NewGuid() : (await AddLoadBalancerAsync(Enum.Parse<RowStatus>(status))).Id;

        StatusLock taken = await LockAsync(id, RowStatus.PendingDelete);

        Assert.Equal((isTaken, isMissing), (taken.IsTaken, taken.IsMissing));
        Assert.Equal(isMissing ? null : isTaken ? RowStatus.PendingDelete : Enum.Parse<RowStatus>(status!), taken.LoadBalancer?.ProvisioningStatus);
    }

    [Fact]
    public async Task Of_twenty_who_want_the_lock_one_gets_it()
    {
        LoadBalancerRow row = await AddLoadBalancerAsync();

        StatusLock[] taken = await RaceAsync(20, _ => LockAsync(row.Id, RowStatus.PendingUpdate));

        Assert.Single(taken, one => one.IsTaken);
        Assert.All(taken, one => Assert.Equal(RowStatus.PendingUpdate, one.LoadBalancer!.ProvisioningStatus));
    }

    [Fact]
    public async Task Operating_statuses_are_stored_by_the_batch_and_those_that_are_gone_are_passed_over()
    {
        LoadBalancerRow first = await AddLoadBalancerAsync();
        LoadBalancerRow second = await AddLoadBalancerAsync();
        OperatingStatusUpdate[] updates =
        [
            new(first.Id, OperatingStatus.Error), new(first.Id, OperatingStatus.Online), new(second.Id, OperatingStatus.Offline), new(Guid.NewGuid(), OperatingStatus.Online),
        ];

        int changed = await InTransactionAsync(transaction => new LoadBalancerRows(transaction).SetOperatingStatusesAsync(updates, Token));
        int again = await InTransactionAsync(transaction => new LoadBalancerRows(transaction).SetOperatingStatusesAsync(updates, Token));

        Assert.Equal((1, 0), (changed, again));
        Assert.Equal(OperatingStatus.Online, (await GetAsync(first.Id))!.OperatingStatus);
    }

    [Fact]
    public async Task Only_what_is_deleted_long_enough_is_purged()
    {
        LoadBalancerRow old = await AddLoadBalancerAsync();
        LoadBalancerRow recent = await AddLoadBalancerAsync();
        LoadBalancerRow alive = await AddLoadBalancerAsync();
        await SetStatusAsync(old.Id, RowStatus.Deleted);
        await SetStatusAsync(alive.Id, RowStatus.Active);
        DateTimeOffset before = Clock.Now = Clock.Now.AddHours(1);
        await SetStatusAsync(recent.Id, RowStatus.Deleted);

        int purged = await InTransactionAsync(transaction => new LoadBalancerRows(transaction).PurgeAsync(before, Token));

        Assert.Equal(1, purged);
        Assert.Null(await GetAsync(old.Id));
        Assert.NotNull(await GetAsync(recent.Id));
        Assert.NotNull(await GetAsync(alive.Id));
    }

    private static IComparer<Guid> Order(params LoadBalancerRow[] rows) =>
        Comparer<Guid>.Create((left, right) => Array.FindIndex(rows, row => row.Id == left) - Array.FindIndex(rows, row => row.Id == right));

    private static LoadBalancerRow Full() => new()
    {
        Id = Guid.NewGuid(),
        ProjectId = "5f0c5c1a7e9b4f0a8d5d3c2b1a09f8e7",
        Name = "web",
        Description = "it's \"quoted\"",
        AdminStateUp = false,
        ProvisioningStatus = RowStatus.PendingCreate,
        OperatingStatus = OperatingStatus.NoMonitor,
        Topology = Topology.ActiveStandby,
        VipAddress = IPAddress.Parse("2001:db8::5"),
        VipPortId = Guid.NewGuid(),
        VipSubnetId = Guid.NewGuid(),
        VipNetworkId = Guid.NewGuid(),
        VipPortOwned = true,
        AdditionalVips = [new() { IpAddress = IPAddress.Parse("203.0.113.7"), SubnetId = Guid.NewGuid() }, new() { IpAddress = IPAddress.IPv6Loopback, SubnetId = Guid.NewGuid(), PortId = Guid.NewGuid() }],
        ServerGroupId = "sg",
        VrrpGroup = new() { VrrpGroupName = "abc", VrrpAuthPass = "1234567", AdvertInt = 3, VrrpAuthType = VrrpAuthType.Ah },
    };

    private static VipFields Vip(LoadBalancerRow row) => new()
    {
        Address = row.VipAddress!,
        PortId = row.VipPortId,
        SubnetId = row.VipSubnetId,
        NetworkId = row.VipNetworkId,
        IsPortOwned = row.VipPortOwned,
        AdditionalVips = row.AdditionalVips,
    };

    private Task<LoadBalancerRow?> GetAsync(Guid id) => ReadAsync(transaction => new LoadBalancerRows(transaction).GetAsync(id, Token));

    private Task SetStatusAsync(Guid id, RowStatus status) => InTransactionAsync(transaction => new LoadBalancerRows(transaction).SetStatusAsync(id, status, Token));

    private async Task<IEnumerable<Guid>> FindAsync(string nameOrId, string? project) =>
        (await ReadAsync(transaction => new LoadBalancerRows(transaction).FindAsync(nameOrId, project, Token))).Select(row => row.Id);

    private Task<StatusLock> LockAsync(Guid id, RowStatus to) =>
        InTransactionAsync(transaction => new LoadBalancerRows(transaction).TryLockAsync(id, [RowStatus.Active, RowStatus.Error], to, Token));
}

public sealed class LoadBalancerRowsOnSqlite(DatabaseServers servers) : LoadBalancerRowsTests(servers, Engine.Sqlite);

public sealed class LoadBalancerRowsOnPostgres(DatabaseServers servers) : LoadBalancerRowsTests(servers, Engine.Postgres);

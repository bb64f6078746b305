// The table objects: trees, conflicts, statuses by the batch.
using System.Net;
using Amphora.Contract.DesiredState;
using Amphora.Controller.Store;
using Xunit;

namespace Amphora.Controller.Tests.Store;

public abstract class ObjectRowsTests(DatabaseServers servers, Engine engine) : DatabaseTests(servers, engine)
{
    [Fact]
    public async Task A_tree_is_inserted_in_any_order_and_loaded_in_the_order_of_its_positions()
    {
        LoadBalancerRow balancer = await AddLoadBalancerAsync();
        ObjectRow pool = Row(balancer, ObjectKind.Pool) with { Position = 1 };
        ObjectRow member = Row(balancer, ObjectKind.Member) with { Position = 2, ParentId = pool.Id, UniqueKey = ObjectKey.OfMember(pool.Id, IPAddress.Loopback, 80) };
        ObjectRow listener = Row(balancer, ObjectKind.Listener) with { UniqueKey = ObjectKey.OfListener(ListenerProtocol.Http, 80), OperatingStatus = OperatingStatus.Online };

        Conflict? conflict = await InsertAsync(member, listener, pool);

        Assert.Null(conflict);
        Assert.Equal([listener with { CreatedAt = Clock.Now }, pool with { CreatedAt = Clock.Now }, member with { CreatedAt = Clock.Now }], await LoadAsync(balancer));
    }

    [Fact]
    public async Task Thousands_of_members_go_in_at_once()
    {
        LoadBalancerRow balancer = await AddLoadBalancerAsync();
        ObjectRow pool = Row(balancer, ObjectKind.Pool);
        ObjectRow[] members = [.. Enumerable.Range(0, 2500).Select(number => Row(balancer, ObjectKind.Member) with { ParentId = pool.Id, Position = number })];

        Conflict? conflict = await InsertAsync([.. members, pool]);

        Assert.Null(conflict);
        Assert.Equal(2501, (await LoadAsync(balancer)).Count);
        Assert.Equal(2500, await InTransactionAsync(transaction => new ObjectRows(transaction).SetStatusAsync(members.Select(member => member.Id), RowStatus.Active, Token)));
    }

    [Fact]
    public async Task What_is_there_once_is_a_conflict_the_second_time_and_nothing_goes_in()
    {
        LoadBalancerRow balancer = await AddLoadBalancerAsync();
        ObjectRow first = Row(balancer, ObjectKind.Listener) with { UniqueKey = ObjectKey.OfListener(ListenerProtocol.Http, 80) };
        await InsertAsync(first);
        ObjectRow second = Row(balancer, ObjectKind.Listener) with { UniqueKey = ObjectKey.OfListener(ListenerProtocol.TerminatedHttps, 80) };
        ObjectRow other = Row(balancer, ObjectKind.Listener) with { UniqueKey = ObjectKey.OfListener(ListenerProtocol.Udp, 80) };

        Conflict? conflict = await InsertAsync(other, second);

        Assert.Equal([second.Id], conflict!.Objects.Select(row => row.Id));
        Assert.Equal([first.Id], (await LoadAsync(balancer)).Select(row => row.Id));
        Assert.Null(await InsertAsync(other));
    }

    [Fact]
    public async Task Another_load_balancer_may_have_the_same()
    {
        LoadBalancerRow first = await AddLoadBalancerAsync();
        LoadBalancerRow second = await AddLoadBalancerAsync();

        Assert.Null(await InsertAsync(Row(first, ObjectKind.Listener) with { UniqueKey = "listener tcp 80" }));
        Assert.Null(await InsertAsync(Row(second, ObjectKind.Listener) with { UniqueKey = "listener tcp 80" }));
    }

    [Fact]
    public async Task An_object_without_its_load_balancer_is_a_bug()
    {
        ObjectRow lost = new() { Id = Guid.NewGuid(), Kind = ObjectKind.Pool, LoadBalancerId = Guid.NewGuid(), ProjectId = "p1", Body = "{}" };

        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => InsertAsync(lost));

        Assert.Equal(0, await CountAsync("objects"));
    }

    [Fact]
    public async Task Body_positions_and_statuses_are_changed_by_id()
    {
        LoadBalancerRow balancer = await AddLoadBalancerAsync();
        ObjectRow first = Row(balancer, ObjectKind.L7Policy) with { Position = 1 };
        ObjectRow second = Row(balancer, ObjectKind.L7Policy) with { Position = 2 };
        await InsertAsync(first, second);
        Clock.Now = Clock.Now.AddSeconds(1);

        await InTransactionAsync(async transaction =>
        {
            ObjectRows rows = new(transaction);
            Assert.True(await rows.SetBodyAsync(first.Id, """{"name":"ö'"}""", Token));
            Assert.False(await rows.SetBodyAsync(Guid.NewGuid(), "{}", Token));
            await rows.SetPositionsAsync(new Dictionary<Guid, int> { [first.Id] = 2, [second.Id] = 1 }, Token);
            Assert.Equal(1, await rows.SetStatusAsync([second.Id], RowStatus.Error, Token));
            Assert.Equal(1, await rows.SetOperatingStatusesAsync([new(second.Id, OperatingStatus.Degraded), new(first.Id, OperatingStatus.Offline)], Token));
        });

        Assert.Equal(
            [
                second with { Position = 1, ProvisioningStatus = RowStatus.Error, OperatingStatus = OperatingStatus.Degraded, CreatedAt = Clock.Now.AddSeconds(-1), UpdatedAt = Clock.Now },
                first with { Position = 2, Body = """{"name":"ö'"}""", CreatedAt = Clock.Now.AddSeconds(-1), UpdatedAt = Clock.Now },
            ],
            await LoadAsync(balancer));
        Assert.Equal(first.Id, (await ReadAsync(transaction => new ObjectRows(transaction).GetAsync(first.Id, Token)))!.Id);
        Assert.Null(await ReadAsync(transaction => new ObjectRows(transaction).GetAsync(Guid.NewGuid(), Token)));
    }

    [Fact]
    public async Task Everything_becomes_active_but_what_is_in_error()
    {
        LoadBalancerRow balancer = await AddLoadBalancerAsync();
        LoadBalancerRow other = await AddLoadBalancerAsync();
        RowStatus[] statuses = [RowStatus.Active, RowStatus.Error, RowStatus.PendingCreate, RowStatus.PendingUpdate];
        await InsertAsync([.. statuses.Select((status, at) => Row(balancer, ObjectKind.Pool) with { Position = at, ProvisioningStatus = status })]);
        await InsertAsync(Row(other, ObjectKind.Pool));

        int changed = await InTransactionAsync(transaction => new ObjectRows(transaction).MarkActiveAsync(balancer.Id, Token));

        Assert.Equal(2, changed);
        Assert.Equal([RowStatus.Active, RowStatus.Error, RowStatus.Active, RowStatus.Active], (await LoadAsync(balancer)).Select(row => row.ProvisioningStatus));
        Assert.Equal(RowStatus.PendingCreate, Assert.Single(await LoadAsync(other)).ProvisioningStatus);
    }

    [Fact]
    public async Task Children_go_with_their_parents_and_all_with_the_load_balancer()
    {
        LoadBalancerRow balancer = await AddLoadBalancerAsync(RowStatus.Deleted);
        ObjectRow pool = Row(balancer, ObjectKind.Pool);
        ObjectRow listener = Row(balancer, ObjectKind.Listener);
        await InsertAsync(pool, listener, Row(balancer, ObjectKind.Member) with { ParentId = pool.Id });

        await InTransactionAsync(transaction => new ObjectRows(transaction).DeleteAsync([pool.Id, Guid.NewGuid()], Token));
        IReadOnlyList<ObjectRow> left = await LoadAsync(balancer);
        await InTransactionAsync(async transaction =>
        {
            await new LoadBalancerRows(transaction).SetStatusAsync(balancer.Id, RowStatus.Deleted, Token);
            return await new LoadBalancerRows(transaction).PurgeAsync(Clock.Now.AddSeconds(1), Token);
        });

        Assert.Equal(listener.Id, Assert.Single(left).Id);
        Assert.Equal(0, await CountAsync("objects"));
    }

    [Fact]
    public async Task A_list_is_of_a_kind_and_a_project()
    {
        LoadBalancerRow balancer = await AddLoadBalancerAsync();
        ObjectRow mine = Row(balancer, ObjectKind.Pool);
        ObjectRow theirs = Row(balancer, ObjectKind.Pool) with { ProjectId = "p2" };
        await InsertAsync(mine, theirs, Row(balancer, ObjectKind.Listener));

        Assert.Equal([mine.Id], (await ReadAsync(transaction => new ObjectRows(transaction).ListAsync(ObjectKind.Pool, "p1", Token))).Select(row => row.Id));
        Assert.Equal(2, (await ReadAsync(transaction => new ObjectRows(transaction).ListAsync(ObjectKind.Pool, null, Token))).Count);
    }

    private static ObjectRow Row(LoadBalancerRow balancer, ObjectKind kind) =>
        new() { Id = Guid.NewGuid(), Kind = kind, LoadBalancerId = balancer.Id, ProjectId = balancer.ProjectId, Body = "{}" };

    private Task<Conflict?> InsertAsync(params ObjectRow[] rows) => InTransactionAsync(transaction => new ObjectRows(transaction).InsertAsync(rows, Token));

    private Task<IReadOnlyList<ObjectRow>> LoadAsync(LoadBalancerRow balancer) => ReadAsync(transaction => new ObjectRows(transaction).LoadAsync(balancer.Id, Token));
}

public sealed class ObjectRowsOnSqlite(DatabaseServers servers) : ObjectRowsTests(servers, Engine.Sqlite);

public sealed class ObjectRowsOnPostgres(DatabaseServers servers) : ObjectRowsTests(servers, Engine.Postgres);

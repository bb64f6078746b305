// The table amphorae: fields, and taking what nobody else may take.
using System.Net;
using Amphora.Contract.DesiredState;
using Amphora.Controller.Store;
using Xunit;

namespace Amphora.Controller.Tests.Store;

public abstract class AmphoraRowsTests(DatabaseServers servers, Engine engine) : DatabaseTests(servers, engine)
{
    [Fact]
    public async Task What_is_inserted_is_read_again_field_by_field()
    {
        LoadBalancerRow balancer = await AddLoadBalancerAsync();
        AmphoraRow full = Full(balancer.Id);
        AmphoraRow bare = new() { Id = Guid.NewGuid() };

        await AddAsync(full);
        await AddAsync(bare);

        Assert.Equal(full with { CreatedAt = Clock.Now }, await GetAsync(full.Id));
        Assert.Equal(bare with { CreatedAt = Clock.Now }, await GetAsync(bare.Id));
        Assert.Null(await GetAsync(Guid.NewGuid()));
    }

    [Fact]
    public async Task Its_fields_become_known_step_by_step()
    {
        LoadBalancerRow balancer = await AddLoadBalancerAsync();
        AmphoraRow full = Full(balancer.Id);
        await AddAsync(new AmphoraRow { Id = full.Id, CertBusy = true });

        await InTransactionAsync(async transaction =>
        {
            AmphoraRows rows = new(transaction);
            await rows.SetCertExpirationAsync(full.Id, full.CertExpiration!.Value, Token);
            await rows.SetComputeIdAsync(full.Id, "early", Token);
            await rows.SetStatusAsync(full.Id, AmphoraStatus.Booting, Token);
            await rows.SetComputeAsync(full.Id, Compute(full), Token);
            await rows.AllocateAsync(full.Id, balancer.Id, Token);
            await rows.SetRoleAsync(full.Id, full.Role, full.VrrpPriority, Token);
            await rows.SetPluggedAsync(full.Id, Plugged(full), Token);
            await rows.SetVrrpInterfaceAsync(full.Id, full.VrrpInterface, Token);
        });

        Assert.Equal(full with { CertBusy = false, CreatedAt = Clock.Now, UpdatedAt = Clock.Now }, await GetAsync(full.Id));
    }

    [Fact]
    public async Task What_is_undone_is_null_again()
    {
        LoadBalancerRow balancer = await AddLoadBalancerAsync();
        AmphoraRow full = Full(balancer.Id);
        await AddAsync(full);

        await InTransactionAsync(async transaction =>
        {
            AmphoraRows rows = new(transaction);
            await rows.SetRoleAsync(full.Id, null, null, Token);
            await rows.SetPluggedAsync(full.Id, null, Token);
            await rows.SetVrrpInterfaceAsync(full.Id, null, Token);
        });

        AmphoraRow undone = (await GetAsync(full.Id))!;
        Assert.Equal((null, null, null, null), (undone.Role, undone.VrrpPriority, undone.VrrpIp, undone.VrrpInterface));
        Assert.Equal((null, null, null, null), (undone.HaIp, undone.HaPortId, undone.VrrpPortId, undone.VrrpId));
    }

    [Fact]
    public async Task A_spare_that_is_taken_serves_the_load_balancer_and_the_oldest_goes_first()
    {
        LoadBalancerRow balancer = await AddLoadBalancerAsync();
        AmphoraRow oldest = await AddAsync(Spare());
        Clock.Now = Clock.Now.AddSeconds(1);
        await AddAsync(Spare());
        await AddAsync(Spare() with { Status = AmphoraStatus.Booting });

        AmphoraRow? taken = await TakeSpareAsync(balancer.Id);

        Assert.Equal(oldest with { Status = AmphoraStatus.Allocated, LoadBalancerId = balancer.Id, CreatedAt = Clock.Now.AddSeconds(-1), UpdatedAt = Clock.Now }, taken);
        Assert.Equal(1, await InTransactionAsync(transaction => new AmphoraRows(transaction).CountSparesAsync([AmphoraStatus.Ready], Token)));
        Assert.NotNull(await TakeSpareAsync(balancer.Id));
        Assert.Null(await TakeSpareAsync(balancer.Id));
    }

    [Fact]
    public async Task Two_who_take_spares_at_the_same_time_never_get_the_same()
    {
        LoadBalancerRow balancer = await AddLoadBalancerAsync();
        await InTransactionAsync(async transaction =>
        {
            for (int i = 0; i < 50; i++)
            {
                await new AmphoraRows(transaction).InsertAsync(Spare(), Token);
            }
        });

        List<Guid>[] taken = await RaceAsync(8, async _ =>
        {
            List<Guid> mine = [];
            while (await TakeSpareAsync(balancer.Id) is { } spare)
            {
                mine.Add(spare.Id);
            }

            return mine;
        });

        Assert.Equal(50, taken.Sum(mine => mine.Count));
        Assert.Equal(50, taken.SelectMany(mine => mine).Distinct().Count());
    }

    [Fact]
    public async Task Certificates_that_end_first_are_renewed_first_and_each_by_one()
    {
        DateTimeOffset soon = Clock.Now.AddDays(1);
        AmphoraRow later = await AddAsync(Spare() with { CertExpiration = soon });
        AmphoraRow first = await AddAsync(Spare() with { CertExpiration = Clock.Now });
        await AddAsync(Spare() with { CertExpiration = soon, CertBusy = true });
        await AddAsync(Spare() with { CertExpiration = soon, Status = AmphoraStatus.Deleted });
        await AddAsync(Spare() with { CertExpiration = soon, Status = AmphoraStatus.PendingDelete });
        await AddAsync(Spare() with { CertExpiration = soon.AddDays(1) });
        await AddAsync(Spare());

        AmphoraRow? taken = await TakeForRotationAsync(soon.AddSeconds(1));
        AmphoraRow?[] rest = await RaceAsync(4, _ => TakeForRotationAsync(soon.AddSeconds(1)));

        Assert.Equal((first.Id, true), (taken!.Id, taken.CertBusy));
        Assert.Equal([later.Id], rest.OfType<AmphoraRow>().Select(row => row.Id));
    }

    [Fact]
    public async Task Lists_and_counts_are_of_what_there_is()
    {
        LoadBalancerRow balancer = await AddLoadBalancerAsync();
        AmphoraRow spare = await AddAsync(Spare());
        Clock.Now = Clock.Now.AddSeconds(1);
        AmphoraRow mine = await AddAsync(Full(balancer.Id));
        await AddAsync(Full(balancer.Id) with { Status = AmphoraStatus.Deleted });

        Assert.Equal([spare.Id, mine.Id], (await ReadAsync(transaction => new AmphoraRows(transaction).ListAsync(Token))).Select(row => row.Id));
        Assert.Equal([mine.Id], (await ReadAsync(transaction => new AmphoraRows(transaction).OfLoadBalancerAsync(balancer.Id, Token))).Select(row => row.Id));
        Assert.Equal(
            new Dictionary<AmphoraStatus, int> { [AmphoraStatus.Ready] = 1, [AmphoraStatus.Allocated] = 1, [AmphoraStatus.Deleted] = 1 },
            await ReadAsync(transaction => new AmphoraRows(transaction).CountAsync(Token)));
    }

    [Fact]
    public async Task A_zombie_s_heartbeats_keep_its_row()
    {
        AmphoraRow silent = await AddDeletedAsync();
        AmphoraRow zombie = await AddDeletedAsync();
        AmphoraRow alive = await AddAsync(Spare());
        DateTimeOffset before = Clock.Now.AddHours(1);
        await InTransactionAsync(transaction =>
            new HealthRows(transaction).RecordAsync(new Dictionary<Guid, DateTimeOffset> { [silent.Id] = Clock.Now, [zombie.Id] = before }, Token));

        int purged = await InTransactionAsync(transaction => new AmphoraRows(transaction).PurgeAsync(before, Token));

        Assert.Equal(1, purged);
        Assert.Null(await GetAsync(silent.Id));
        Assert.NotNull(await GetAsync(zombie.Id));
        Assert.NotNull(await GetAsync(alive.Id));
        Assert.Equal(1, await CountAsync("amphora_health"));
    }

    [Fact]
    public async Task What_was_never_built_leaves_no_row()
    {
        AmphoraRow row = await AddAsync(Spare());

        await InTransactionAsync(transaction => new AmphoraRows(transaction).DeleteAsync(row.Id, Token));

        Assert.Null(await GetAsync(row.Id));
    }

    private static AmphoraRow Spare() => new() { Id = Guid.NewGuid(), Status = AmphoraStatus.Ready };

    private static AmphoraRow Full(Guid balancer) => new()
    {
        Id = Guid.NewGuid(),
        LoadBalancerId = balancer,
        Status = AmphoraStatus.Allocated,
        Role = AmphoraRole.Backup,
        ComputeId = "vm-1",
        LbNetworkIp = IPAddress.Parse("192.0.2.7"),
        AgentPort = 9443,
        VrrpIp = IPAddress.Parse("2001:db8::7"),
        HaIp = IPAddress.Parse("2001:db8::1"),
        VrrpPortId = Guid.NewGuid(),
        HaPortId = Guid.NewGuid(),
        VrrpInterface = "eth1",
        VrrpId = 1,
        VrrpPriority = 90,
        CertExpiration = new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero),
        CertBusy = true,
        CachedZone = "nova",
        ImageId = "image",
        ComputeFlavor = "small",
    };

    private static ComputeFields Compute(AmphoraRow row) => new()
    {
        ComputeId = row.ComputeId!,
        LbNetworkIp = row.LbNetworkIp!,
        AgentPort = row.AgentPort,
        CachedZone = row.CachedZone,
        ImageId = row.ImageId,
        ComputeFlavor = row.ComputeFlavor,
    };

    private static PluggedFields Plugged(AmphoraRow row) => new() { VrrpIp = row.VrrpIp!, HaIp = row.HaIp!, VrrpPortId = row.VrrpPortId, HaPortId = row.HaPortId };

    private async Task<AmphoraRow> AddAsync(AmphoraRow row)
    {
        await InTransactionAsync(transaction => new AmphoraRows(transaction).InsertAsync(row, Token));
        return row;
    }

    private async Task<AmphoraRow> AddDeletedAsync()
    {
        AmphoraRow row = await AddAsync(Spare());
        await InTransactionAsync(transaction => new AmphoraRows(transaction).SetStatusAsync(row.Id, AmphoraStatus.Deleted, Token));
        return row;
    }

    private Task<AmphoraRow?> GetAsync(Guid id) => ReadAsync(transaction => new AmphoraRows(transaction).GetAsync(id, Token));

    private Task<AmphoraRow?> TakeSpareAsync(Guid balancer) => InTransactionAsync(transaction => new AmphoraRows(transaction).TakeSpareAsync(balancer, Token));

    private Task<AmphoraRow?> TakeForRotationAsync(DateTimeOffset before) =>
        InTransactionAsync(transaction => new AmphoraRows(transaction).TakeForRotationAsync(before, Token));
}

public sealed class AmphoraRowsOnSqlite(DatabaseServers servers) : AmphoraRowsTests(servers, Engine.Sqlite);

public sealed class AmphoraRowsOnPostgres(DatabaseServers servers) : AmphoraRowsTests(servers, Engine.Postgres);

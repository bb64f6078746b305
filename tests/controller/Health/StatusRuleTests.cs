// What heartbeats make of operating statuses: load-balancer-api.md §6, row by row.
using Amphora.Contract;
using Amphora.Contract.Heartbeat;
using Amphora.Controller.Health.Statuses;
using Amphora.Controller.Store;
using Amphora.Controller.Store.Watching;
using Xunit;

namespace Amphora.Controller.Tests.Health;

/// <summary>One load balancer: a listener, a pool with two members and a monitor, a second pool that no listener uses, a policy.</summary>
public sealed class StatusRuleTests
{
    private static readonly Guid s_balancer = Guid.NewGuid();
    private static readonly Dictionary<string, Guid> s_ids = new(
        ((string[])["listener", "disabled", "pool", "unused", "member1", "member2", "monitor", "policy", "rule"]).Select(name => KeyValuePair.Create(name, Guid.NewGuid())));

    private string _listener = "OPEN";
    private string? _pool = "UP";
    private (string? First, string? Second) _members = ("UP", "UP");

    [Fact]
    public void Everything_well_is_online()
    {
        Assert.Equal("ONLINE", Status("balancer"));
        Assert.Equal("ONLINE", Status("listener"));
        Assert.Equal("ONLINE", Status("pool"));
        Assert.Equal("ONLINE", Status("member1"));
    }

    [Fact]
    public void What_says_nothing_new_changes_nothing()
    {
        var known = Known();
        foreach (var (id, status) in Apply(known))
        {
            Set(known, id, status);
        }

        Assert.Empty(Apply(known));
    }

    [Theory]
    [InlineData("OPEN", "ONLINE", "ONLINE")]
    [InlineData("FULL", "DEGRADED", "DEGRADED")]
    [InlineData("CLOSED", "DRAINING", "ONLINE")]
    public void Words_of_listeners(string word, string listener, string balancer)
    {
        _listener = word;

        // DRAINING is what it was before: no listener ever becomes that.
        Assert.Equal((listener, balancer), (Status("listener", before: OperatingStatus.Draining), Status("balancer")));
    }

    [Theory]
    [InlineData("Active", true, "ERROR")]
    [InlineData("PendingUpdate", true, "OFFLINE")]
    [InlineData("Error", true, "OFFLINE")]
    [InlineData("Active", false, "OFFLINE")]
    public void A_listener_that_is_not_reported(string provisioning, bool isEnabled, string status)
    {
        _listener = "";

        Assert.Equal(status, Status("listener", Known(Enum.Parse<RowStatus>(provisioning), listenerEnabled: isEnabled)));
        Assert.Equal("ONLINE", Status("balancer", Known(Enum.Parse<RowStatus>(provisioning), listenerEnabled: isEnabled)));
    }

    [Theory]
    [InlineData("UP", "ONLINE", "ONLINE")]
    [InlineData("DOWN", "ERROR", "ERROR")]
    [InlineData(null, "OFFLINE", "ONLINE")]
    [InlineData("MAINT", "DRAINING", "ONLINE")]
    public void Words_of_pools(string? word, string pool, string balancer)
    {
        _pool = word;

        Assert.Equal((pool, balancer), (Status("pool", before: OperatingStatus.Draining), Status("balancer")));
    }

    [Fact]
    public void A_pool_that_no_listener_uses_is_offline() => Assert.Equal("OFFLINE", Status("unused", before: OperatingStatus.Online));

    [Theory]
    [InlineData("UP", "ONLINE")]
    [InlineData("UP 1/3", "ONLINE")]
    [InlineData("DOWN", "ERROR")]
    [InlineData("DOWN 1/2", "ERROR")]
    [InlineData("DRAIN", "DRAINING")]
    [InlineData("MAINT", "OFFLINE")]
    [InlineData("no check", "NO_MONITOR")]
    [InlineData("RESTARTING", "DEGRADED")]
    [InlineData("who knows", "DEGRADED")]
    [InlineData(null, "OFFLINE")]
    public void Words_of_members(string? word, string status)
    {
        _members = (word, "UP");

        // DEGRADED is what it was before: no member ever becomes that.
        Assert.Equal(status, Status("member1", before: OperatingStatus.Degraded));
    }

    [Fact]
    public void A_member_without_a_monitor_that_is_not_reported_stays_so()
    {
        _members = (null, "UP");

        Assert.Equal("NO_MONITOR", Status("member1", before: OperatingStatus.NoMonitor));
    }

    [Fact]
    public void A_member_that_is_down_degrades_a_pool_that_is_up_and_its_load_balancer()
    {
        _members = ("DOWN", "UP");

        Assert.Equal(("DEGRADED", "DEGRADED"), (Status("pool"), Status("balancer")));
    }

    [Fact]
    public void A_pool_that_is_down_is_worse_than_its_members()
    {
        (_pool, _members) = ("DOWN", ("DOWN", "DOWN"));

        Assert.Equal(("ERROR", "ERROR"), (Status("pool"), Status("balancer")));
    }

    [Theory]
    [InlineData("Active", true, "ONLINE")]
    [InlineData("Active", false, "OFFLINE")]
    [InlineData("PendingCreate", true, "OFFLINE")]
    [InlineData("Error", true, "OFFLINE")]
    public void Monitors_policies_and_rules_are_what_their_rows_say(string provisioning, bool isEnabled, string status)
    {
        var known = Known(others: (Enum.Parse<RowStatus>(provisioning), isEnabled));

        foreach (var name in (string[])["monitor", "policy", "rule"])
        {
            Assert.Equal(status, Status(name, known));
        }
    }

    [Fact]
    public void A_load_balancer_that_is_switched_off_is_offline()
    {
        _listener = "";

        Assert.Equal("OFFLINE", Status("balancer", Known(isEnabled: false)));
    }

    [Theory]
    [InlineData("Active", true, 1, true)]
    [InlineData("Active", true, 0, false)]
    [InlineData("Error", true, 0, false)]
    [InlineData("PendingUpdate", true, 0, true)]
    [InlineData("PendingDelete", true, 0, true)]
    [InlineData("Active", false, 0, true)]
    public void It_counts_as_a_sign_of_life_with_as_many_listeners_as_are_enabled(string provisioning, bool isEnabled, int reported, bool counts)
    {
        _listener = reported == 0 ? "" : "OPEN";

        Assert.Equal(counts, StatusRules.Counts(Heartbeat(), (KnownLoadBalancer)Known(Enum.Parse<RowStatus>(provisioning), isEnabled)));
    }

    [Fact]
    public void An_amphora_speaks_of_its_own_load_balancer_only()
    {
        var known = Known();
        var foreign = Guid.NewGuid();

        var changed = Apply(known, Heartbeat(foreign));

        Assert.DoesNotContain(changed, update => update.Id == foreign);
    }

    private string Status(string name, OperatingStatus before) => Status(name, Known(before: (name, before)));

    private string Status(string name) => Status(name, Known());

    private string Status(string name, object known)
    {
        var balancer = (KnownLoadBalancer)known;
        var id = name == "balancer" ? s_balancer : s_ids[name];
        var changed = Apply(balancer).Where(update => update.Id == id).Select(update => (OperatingStatus?)update.Status).FirstOrDefault();
        return (changed ?? (name == "balancer" ? balancer.Operating : balancer.Objects[balancer.Find(id)].Operating)).ToWire();
    }

    private List<OperatingStatusUpdate> Apply(object known, HeartbeatView? heartbeat = null)
    {
        List<OperatingStatusUpdate> changed = [];
        new StatusRules().Apply(heartbeat ?? Heartbeat(), (KnownLoadBalancer)known, changed);
        return changed;
    }

    private static void Set(object known, Guid id, OperatingStatus status)
    {
        var balancer = (KnownLoadBalancer)known;
        if (id == s_balancer)
        {
            balancer.Operating = status;
        }
        else
        {
            balancer.Objects[balancer.Find(id)].Operating = status;
        }
    }

    private static object Known(
        RowStatus provisioning = RowStatus.Active, bool isEnabled = true, bool listenerEnabled = true, (RowStatus Status, bool IsEnabled)? others = null,
        (string Name, OperatingStatus Status)? before = null)
    {
        var (status, enabled) = others ?? (RowStatus.Active, true);
        ObjectRow[] rows =
        [
            Row("listener", ObjectKind.Listener, null, enabled: listenerEnabled), Row("disabled", ObjectKind.Listener, null, enabled: false),
            Row("pool", ObjectKind.Pool, null), Row("unused", ObjectKind.Pool, null),
            Row("member1", ObjectKind.Member, "pool"), Row("member2", ObjectKind.Member, "pool"),
            Row("monitor", ObjectKind.HealthMonitor, "pool", status, enabled), Row("policy", ObjectKind.L7Policy, "listener", status, enabled),
            Row("rule", ObjectKind.L7Rule, "policy", status, enabled),
        ];
        return KnownReader.Of(
            new WatchedLoadBalancer { Id = s_balancer, AdminStateUp = isEnabled, ProvisioningStatus = provisioning, OperatingStatus = OperatingStatus.Offline },
            rows.Select(row => before is { } was && s_ids[was.Name] == row.Id ? row with { OperatingStatus = was.Status } : row));
    }

    private static ObjectRow Row(string name, ObjectKind kind, string? parent, RowStatus status = RowStatus.Active, bool enabled = true) => new()
    {
        Id = s_ids[name],
        Kind = kind,
        LoadBalancerId = s_balancer,
        ParentId = parent is null ? null : s_ids[parent],
        ProvisioningStatus = status,
        ProjectId = "p",
        // Nested fields of that name are others'.
        Body = $$"""{"name": "x", "nested": {"admin_state_up": {{(enabled ? "false" : "true")}}}, "admin_state_up": {{(enabled ? "true" : "false")}}}""",
    };

    private HeartbeatView Heartbeat(Guid? foreign = null)
    {
        List<HeartbeatPool> pools = [];
        if (_pool is not null)
        {
            List<HeartbeatMember> members = [];
            foreach (var (name, word) in ((string, string?)[])[("member1", _members.First), ("member2", _members.Second)])
            {
                if (word is not null)
                {
                    members.Add(new HeartbeatMember(s_ids[name].ToString(), word));
                }
            }

            pools.Add(new HeartbeatPool($"{s_ids["pool"]}:{s_ids["listener"]}", _pool, members.ToValueList()));
        }

        return Heartbeats.View(new HeartbeatMessage
        {
            AmphoraId = Guid.NewGuid().ToString(),
            Sequence = 1,
            Listeners = ((string[])[_listener.Length == 0 ? "" : s_ids["listener"].ToString(), foreign?.ToString() ?? ""]).Where(id => id.Length > 0)
                .Select(id => new HeartbeatListener(id, _listener, new HeartbeatStats(0, 0, 0, 0, 0), null)).ToValueList(),
            Pools = pools.ToValueList(),
        });
    }
}

// What has to be done, for every difference between what runs and what is wanted.
using Amphora.Agent.Keepalived;
using Amphora.Agent.Services;
using Xunit;

namespace Amphora.Agent.Tests.Keepalived;

public sealed class KeepalivedPlannerTests
{
    private const string Vrrp = "octavia-keepalived.service";
    private const string Lvs1 = "octavia-keepalivedlvs-l1.service";
    private const string Lvs2 = "octavia-keepalivedlvs-l2.service";

    private static readonly KeepalivedOptions s_options = new() { AgentCommand = ["/usr/local/bin/amphora-agent"] };
    private static readonly ServiceState s_active = new(Installed: true, Active: true, "running", 4711);

    private static readonly KeepalivedWanted s_wanted = new()
    {
        LoadBalancerId = "lb1",
        VrrpConfig = "vrrp\n",
        Lvs = [new LvsConfig("l1", "one\n"), new LvsConfig("l2", "two\n")],
    };

    private static readonly KeepalivedRunning s_asWanted = new()
    {
        LoadBalancerId = "lb1",
        Services =
        [
            new KeepalivedService(Vrrp, "vrrp\n", s_active),
            new KeepalivedService(Lvs1, "one\n", s_active),
            new KeepalivedService(Lvs2, "two\n", s_active),
        ],
        Owned = [Vrrp, Lvs1, Lvs2],
        CheckScript = "#!/bin/sh\nexec '/usr/local/bin/amphora-agent' vrrp-check --base-path '/var/lib/octavia'\n",
        CheckPrograms =
        [
            "#!/bin/sh\nexec '/usr/local/bin/amphora-agent' udp-check \"$@\"\n",
            "#!/bin/sh\nexec '/usr/local/bin/amphora-agent' health-check \"$@\"\n",
        ],
    };

    private static readonly KeepalivedRunning s_nothing = new() { LoadBalancerId = "lb1" };

    [Fact]
    public void Nothing_different_is_an_empty_plan()
    {
        var plan = KeepalivedPlanner.Plan(s_options, s_asWanted, s_wanted);

        Assert.True(plan.IsEmpty);
        Assert.Empty(plan.Changes);
    }

    [Fact]
    public void Everything_new_is_written_and_started()
    {
        var plan = KeepalivedPlanner.Plan(s_options, s_nothing, s_wanted);

        Assert.Equal(
            [
                "/var/lib/octavia/vrrp/octavia-keepalived.conf", "/var/lib/octavia/lvs/octavia-keepalivedlvs-l1.conf",
                "/var/lib/octavia/lvs/octavia-keepalivedlvs-l2.conf", "/var/lib/octavia/vrrp/check_script.sh",
                "/var/lib/octavia/lvs/check/udp_check.sh", "/var/lib/octavia/lvs/check/amphora-health-checker",
            ],
            plan.Write.Select(file => file.Path));
        Assert.Equal(
            [(KeepalivedStep.Start, Vrrp), (KeepalivedStep.Start, Lvs1), (KeepalivedStep.Start, Lvs2)],
            plan.Actions.Select(action => (action.Step, action.UnitName)));
        Assert.Equal([Vrrp, Lvs1, Lvs2], plan.Owned);
    }

    [Fact]
    public void The_services_are_those_of_the_appliance()
    {
        var plan = KeepalivedPlanner.Plan(s_options, s_nothing, s_wanted);

        Assert.Equal(
            "/usr/sbin/keepalived --dont-fork --log-console --log-facility=1 -f /var/lib/octavia/vrrp/octavia-keepalived.conf "
            + "-p /var/lib/octavia/vrrp/octavia-keepalived.pid -r /var/lib/octavia/vrrp/octavia-keepalived.vrrp.pid",
            string.Join(' ', plan.Actions[0].Unit!.Command));
        Assert.Equal(
            "/usr/sbin/keepalived --dont-fork --log-console --log-facility=1 -f /var/lib/octavia/lvs/octavia-keepalivedlvs-l1.conf "
            + "-p /var/lib/octavia/lvs/octavia-keepalivedlvs-l1.pid -r /var/lib/octavia/lvs/octavia-keepalivedlvs-l1.vrrp.pid "
            + "-c /var/lib/octavia/lvs/octavia-keepalivedlvs-l1.check.pid",
            string.Join(' ', plan.Actions[1].Unit!.Command));
        Assert.All(plan.Actions, action => Assert.Equal(("amphora-haproxy", 1), (action.Unit!.NetworkNamespace, action.Unit.ReloadSignal)));
    }

    [Fact]
    public void Changed_VRRP_is_reloaded_and_changed_LVS_is_restarted()
    {
        var wanted = s_wanted with { VrrpConfig = "vrrp 2\n", Lvs = [s_wanted.Lvs[0], new LvsConfig("l2", "two 2\n")] };

        var plan = KeepalivedPlanner.Plan(s_options, s_asWanted, wanted);

        Assert.Equal(
            [(KeepalivedStep.Reload, Vrrp), (KeepalivedStep.Restart, Lvs2)],
            plan.Actions.Select(action => (action.Step, action.UnitName)));
        Assert.Equal(["octavia-keepalived.conf changed", "octavia-keepalivedlvs-l2.conf changed"], plan.Changes);
    }

    [Fact]
    public void What_is_no_longer_wanted_is_removed()
    {
        var plan = KeepalivedPlanner.Plan(s_options, s_asWanted, s_wanted with { VrrpConfig = null, Lvs = [s_wanted.Lvs[0]] });

        Assert.Equal(
            [(KeepalivedStep.Remove, Vrrp), (KeepalivedStep.Remove, Lvs2)],
            plan.Actions.Select(action => (action.Step, action.UnitName)));
        Assert.Equal([Lvs1], plan.Owned);
    }

    [Fact]
    public void What_another_load_balancer_owns_is_left_alone()
    {
        var running = s_asWanted with { Owned = [Lvs1, Lvs2] };

        var plan = KeepalivedPlanner.Plan(s_options, running, s_wanted with { VrrpConfig = null });

        Assert.True(plan.IsEmpty);
    }

    [Fact]
    public void A_service_that_does_not_run_is_started()
    {
        var dead = new KeepalivedService(Vrrp, "vrrp\n", new ServiceState(Installed: true, Active: false, "failed", null));
        var running = s_asWanted with { Services = [dead, s_asWanted.Services[1], s_asWanted.Services[2]] };

        var plan = KeepalivedPlanner.Plan(s_options, running, s_wanted);

        Assert.Equal([(KeepalivedStep.Start, Vrrp)], plan.Actions.Select(action => (action.Step, action.UnitName)));
        Assert.Empty(plan.Write);
    }

    [Fact]
    public void A_change_that_was_cut_off_is_finished()
    {
        var plan = KeepalivedPlanner.Plan(s_options, s_asWanted with { ChangeCutOff = [Lvs1] }, s_wanted);

        Assert.Equal([(KeepalivedStep.Restart, Lvs1)], plan.Actions.Select(action => (action.Step, action.UnitName)));
        Assert.Equal([$"an earlier change of {Lvs1} was cut off"], plan.Changes);
    }

    [Fact]
    public void A_program_that_moved_changes_only_the_scripts_that_call_it()
    {
        var options = s_options with { AgentCommand = ["/opt/it's here/amphora-agent"] };

        var plan = KeepalivedPlanner.Plan(options, s_asWanted, s_wanted);

        Assert.Equal(["check_script.sh", "udp_check.sh", "amphora-health-checker"], plan.Write.Select(file => Path.GetFileName(file.Path)));
        Assert.Equal("#!/bin/sh\nexec '/opt/it'\\''s here/amphora-agent' vrrp-check --base-path '/var/lib/octavia'\n", plan.Write[0].Text);
        Assert.Empty(plan.Actions);
        Assert.False(plan.IsEmpty);
    }
}

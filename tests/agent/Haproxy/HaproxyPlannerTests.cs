// What has to be done, for every difference between what runs and what is wanted.
using Amphora.Agent.Haproxy;
using Amphora.Agent.Haproxy.Augment;
using Amphora.Agent.Haproxy.Runtime;
using Amphora.Agent.Haproxy.Tls;
using Amphora.Agent.Services;
using Amphora.Contract;
using Xunit;

namespace Amphora.Agent.Tests.Haproxy;

public sealed class HaproxyPlannerTests
{
    private const string Listener = "11111111-2222-4333-8444-000000000001";
    private const string OtherListener = "11111111-2222-4333-8444-000000000002";

    private static readonly HaproxyOptions s_options = new();

    private static readonly HaproxyWanted s_wanted = new()
    {
        LoadBalancerId = "lb1",
        Config = Text("maxconn 1"),
        LocalPeer = "me",
        CrtLists = [new CrtListFile(Listener, "/certs/a.pem\n")],
    };

    private static readonly HaproxyRunning s_asWanted = new()
    {
        LoadBalancerId = "lb1",
        Uploaded = s_wanted.Config,
        Config = Augmented(s_wanted.Config!),
        Servers = ServerStates.Parse("1\n# be_id\n").Value,
        CrtLists = s_wanted.CrtLists,
        LocalPeer = "me",
        Service = new ServiceState(Installed: true, Active: true, "running", 4711),
        FilesPresent = true,
    };

    private static readonly HaproxyRunning s_nothing = new() { LoadBalancerId = "lb1", Service = ServiceState.Absent };

    [Fact]
    public void Nothing_different_is_an_empty_plan()
    {
        var plan = HaproxyPlanner.Plan(s_options, s_asWanted, s_wanted);

        Assert.True(plan.IsEmpty);
        Assert.Empty(plan.Changes);
    }

    [Fact]
    public void The_first_configuration_starts_the_process()
    {
        var plan = HaproxyPlanner.Plan(s_options, s_nothing, s_wanted);

        Assert.Equal(HaproxyStep.Start, plan.Step);
        Assert.Equal(
            [$"/var/lib/octavia/certs/lb1/{Listener}.pem", "/var/lib/octavia/lb1/uploaded.cfg", "/var/lib/octavia/lb1/haproxy.cfg"],
            plan.Write.Select(file => file.Path));
        Assert.Equal(
            ["haproxy.cfg added", "haproxy-lb1.service does not run"],
            plan.Changes);
    }

    [Fact]
    public void The_service_is_the_one_of_the_appliance()
    {
        var unit = HaproxyPlanner.Plan(s_options, s_nothing, s_wanted).Unit!;

        Assert.Equal("haproxy-lb1.service", unit.Name);
        Assert.Equal(
            "/usr/sbin/haproxy -Ws -f /var/lib/octavia/lb1/haproxy.cfg -f /var/lib/octavia/haproxy-default-user-group.conf "
            + "-p /var/lib/octavia/lb1/lb1.pid -L me",
            string.Join(' ', unit.Command));
        Assert.Equal(("amphora-haproxy", 12, true), (unit.NetworkNamespace, unit.ReloadSignal, unit.Notify));
    }

    [Fact]
    public void A_changed_configuration_is_reloaded()
    {
        var wanted = s_wanted with { Config = Text("maxconn 2") };

        var plan = HaproxyPlanner.Plan(s_options, s_asWanted, wanted);

        Assert.Equal(HaproxyStep.Reload, plan.Step);
        Assert.Equal(["global: `maxconn 1` becomes `maxconn 2`"], plan.Changes);
        Assert.Equal(
            [new HaproxyFile("/var/lib/octavia/lb1/uploaded.cfg", wanted.Config), new HaproxyFile("/var/lib/octavia/lb1/haproxy.cfg", Augmented(wanted.Config))], plan.Write);
    }

    [Fact]
    public void Another_certificate_is_given_to_the_process_that_runs()
    {
        var (running, wanted) = WithCertificate("/certs/old.pem", "/certs/a.pem");

        var plan = HaproxyPlanner.Plan(s_options, running, wanted);

        Assert.Equal((HaproxyStep.Change, true), (plan.Step, plan.NeedsCheck));
        Assert.Equal([".crt-list.1.pem: a.pem takes the place of old.pem"], plan.Changes);
        Assert.Equal([new TlsStep(TlsAction.Set, running.Files.Seats[0], List: null)], plan.Certificates);
        Assert.Equal(
            [new HaproxyFile($"/var/lib/octavia/certs/lb1/{Listener}.pem", "/certs/a.pem\n"), new HaproxyFile("/var/lib/octavia/lb1/certificates-loaded", running.Files.Write())],
            plan.Write);
    }

    [Fact]
    public void A_crt_list_nobody_wants_is_deleted_unless_the_configuration_names_it()
    {
        var running = s_asWanted with { CrtLists = [.. s_asWanted.CrtLists, new CrtListFile(OtherListener, "/certs/b.pem\n")] };
        var path = $"/var/lib/octavia/certs/lb1/{OtherListener}.pem";
        var named = Text($"bind 10.0.0.1:443 ssl crt-list {path}");

        var plan = HaproxyPlanner.Plan(s_options, running, s_wanted);
        var namedPlan = HaproxyPlanner.Plan(s_options, running with { Uploaded = named, Config = Augmented(named) }, s_wanted with { Config = named });

        Assert.Equal([path], plan.Delete);
        Assert.True(namedPlan.IsEmpty);
    }

    [Fact]
    public void A_process_that_does_not_run_is_started()
    {
        var running = s_asWanted with { Service = new ServiceState(Installed: true, Active: false, "failed", null), LocalPeer = null };

        var plan = HaproxyPlanner.Plan(s_options, running, s_wanted);

        Assert.Equal(HaproxyStep.Start, plan.Step);
        Assert.Empty(plan.Write);
    }

    [Fact]
    public void Another_peer_name_is_an_argument_and_needs_another_process()
    {
        var plan = HaproxyPlanner.Plan(s_options, s_asWanted, s_wanted with { LocalPeer = "you" });

        Assert.Equal(HaproxyStep.Restart, plan.Step);
        Assert.Equal(["peer name changed from me to you"], plan.Changes);
    }

    [Fact]
    public void A_change_that_was_cut_off_is_reloaded_although_the_files_are_right()
    {
        var plan = HaproxyPlanner.Plan(s_options, s_asWanted with { ChangeCutOff = true }, s_wanted);

        Assert.Equal(HaproxyStep.Reload, plan.Step);
        Assert.Equal(["an earlier change was cut off"], plan.Changes);
    }

    [Fact]
    public void Certificates_that_another_agent_gave_to_the_process_are_read_anew()
    {
        var (running, wanted) = WithCertificate("/certs/a.pem", "/certs/a.pem");

        var plan = HaproxyPlanner.Plan(s_options, running with { LoadedFiles = null }, wanted);

        Assert.Equal(HaproxyStep.Reload, plan.Step);
        Assert.Equal(["which certificates HAProxy has read is not known"], plan.Changes);
    }

    [Fact]
    public void A_process_that_does_not_answer_proves_nothing_and_is_reloaded()
    {
        var plan = HaproxyPlanner.Plan(s_options, s_asWanted with { Servers = null }, s_wanted);

        Assert.Equal(HaproxyStep.Reload, plan.Step);
        Assert.Equal(["HAProxy does not answer at lb1.admin.sock"], plan.Changes);
    }

    [Fact]
    public void No_configuration_wanted_removes_everything()
    {
        var plan = HaproxyPlanner.Plan(s_options, s_asWanted, s_wanted with { Config = null, CrtLists = [] });

        Assert.Equal(HaproxyStep.Remove, plan.Step);
        Assert.Contains("/var/lib/octavia/lb1.sock", plan.Delete);
        Assert.Contains("/var/lib/octavia/lb1/servers-state", plan.Delete);
        Assert.Contains($"/var/lib/octavia/certs/lb1/{Listener}.pem", plan.Delete);
    }

    [Theory]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    [InlineData(false, false, true)]
    public void Whatever_a_removal_left_behind_is_removed(bool files, bool installed, bool crtLists)
    {
        var running = s_nothing with
        {
            FilesPresent = files,
            Service = new ServiceState(installed, Active: false, "dead", null),
            CrtLists = crtLists ? s_wanted.CrtLists : [],
        };

        var plan = HaproxyPlanner.Plan(s_options, running, s_wanted with { Config = null, CrtLists = [] });

        Assert.Equal(HaproxyStep.Remove, plan.Step);
    }

    [Fact]
    public void Nothing_wanted_and_nothing_there_is_an_empty_plan()
    {
        var plan = HaproxyPlanner.Plan(s_options, s_nothing, s_wanted with { Config = null, CrtLists = [] });

        Assert.True(plan.IsEmpty);
    }

    [Theory]
    [InlineData("../etc")]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("lb1\n")]
    public void An_id_that_leaves_the_directory_has_no_paths(string id)
    {
        Assert.Throws<ArgumentException>(() => s_options.Paths(id));
    }

    private static string Text(string line) => $"global\n    stats socket /var/lib/octavia/lb1.sock mode 0666 level user\n    {line}\n";

    // A listener whose crt-list names one file and shall name another one.
    private static (HaproxyRunning Running, HaproxyWanted Wanted) WithCertificate(string before, string after)
    {
        var config = Text($"bind 10.0.0.1:443 ssl crt-list /var/lib/octavia/certs/lb1/{Listener}.pem");
        var running = s_asWanted with
        {
            Uploaded = config,
            Config = Augmented(config),
            CrtLists = [new CrtListFile(Listener, before + "\n")],
            LoadedFiles = Files(before),
            Files = Files(after),
        };
        return (running, s_wanted with { Config = config });
    }

    private static TlsFiles Files(string path) =>
        new([new TlsSeat(".crt-list.1.pem", TlsKind.Certificate, path, $"digest of {path}", 1000)], [new TlsList(".crt-list", [new TlsEntry(".crt-list.1.pem", "")])]);

    private static string Augmented(string text) =>
        HaproxyAugment.Augment(text, AugmentFacts.Of(s_options, s_options.Paths("lb1"))).ToString();
}

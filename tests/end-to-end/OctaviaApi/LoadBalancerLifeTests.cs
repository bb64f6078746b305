// A load balancer from its upload to its end, over API 1.0 with real traffic.
using Amphora.Fixtures.Agents;
using Amphora.Fixtures.Members;
using Xunit;

namespace Amphora.EndToEnd.Tests.OctaviaApi;

public sealed class LoadBalancerLifeTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_serves_from_its_first_reload_and_every_further_one_costs_no_request()
    {
        await using StockLoadBalancer balancer = await StockLoadBalancer.StartAsync(members: 2, new AgentConfiguration(), Cancellation);
        await balancer.UploadAsync(balancer.Config(members: 1), Cancellation);
        await balancer.ActAsync("reload", Cancellation);
        IReadOnlyDictionary<string, int> first = await balancer.AskAsync(4, Cancellation);

        IReadOnlyList<Answer> meanwhile = await balancer.Traffic.DuringAsync(balancer.Url, async () =>
        {
            for (int members = 2; members > 0; members--)
            {
                await balancer.UploadAsync(balancer.Config(members), Cancellation);
                await balancer.ActAsync("reload", Cancellation);
                await balancer.ActAsync("start", Cancellation);
            }

            await balancer.UploadAsync(balancer.Config(members: 2), Cancellation);
            await balancer.ActAsync("reload", Cancellation);
        }, Cancellation);

        Assert.Equal(new Dictionary<string, int> { ["member-1"] = 4 }, first);
        Assert.NotEmpty(meanwhile);
        Assert.DoesNotContain(meanwhile, answer => answer.Failure is not null);
        Assert.Equal(new Dictionary<string, int> { ["member-1"] = 4, ["member-2"] = 4 }, await balancer.AskAsync(8, Cancellation));
    }

    [Fact]
    public async Task An_upload_alone_changes_nothing_that_runs()
    {
        await using StockLoadBalancer balancer = await StockLoadBalancer.StartAsync(members: 2, new AgentConfiguration(), Cancellation);
        await balancer.UploadAsync(balancer.Config(members: 1), Cancellation);
        await balancer.ActAsync("start", Cancellation);

        await balancer.UploadAsync(balancer.Config(members: 2), Cancellation);

        Assert.Equal(new Dictionary<string, int> { ["member-1"] = 4 }, await balancer.AskAsync(4, Cancellation));
    }

    [Fact]
    public async Task Stopped_it_serves_nobody_and_keeps_its_files_also_over_a_restart_of_the_agent()
    {
        await using StockLoadBalancer balancer = await StockLoadBalancer.StartAsync(members: 1, new AgentConfiguration(), Cancellation);
        await balancer.UploadAsync(balancer.Config(members: 1), Cancellation);
        await balancer.ActAsync("start", Cancellation);

        await balancer.ActAsync("stop", Cancellation);
        IReadOnlyList<Answer> stopped = await balancer.Traffic.SendAsync(balancer.Url, 1, Cancellation);
        await balancer.Agent.StopAsync(Cancellation);
        await balancer.StartAgainAsync(Cancellation);
        IReadOnlyList<Answer> later = await balancer.Traffic.SendAsync(balancer.Url, 1, Cancellation);
        OctaviaReply stored = await balancer.Client.GetAsync($"/loadbalancer/{balancer.Id}/haproxy", Cancellation);
        await balancer.ActAsync("start", Cancellation);

        Assert.NotNull(stopped[0].Failure);
        Assert.NotNull(later[0].Failure);
        Assert.Equal(balancer.Config(members: 1), stored.Text);
        Assert.Equal(new Dictionary<string, int> { ["member-1"] = 2 }, await balancer.AskAsync(2, Cancellation));
    }

    [Fact]
    public async Task It_serves_on_when_the_agent_is_stopped_and_started_again()
    {
        await using StockLoadBalancer balancer = await StockLoadBalancer.StartAsync(members: 1, new AgentConfiguration(), Cancellation);
        await balancer.UploadAsync(balancer.Config(members: 1), Cancellation);
        await balancer.ActAsync("start", Cancellation);

        await balancer.Agent.StopAsync(Cancellation);
        await balancer.StartAgainAsync(Cancellation);

        Assert.Equal(new Dictionary<string, int> { ["member-1"] = 2 }, await balancer.AskAsync(2, Cancellation));
        Assert.Equal(1, (int?)(await balancer.Client.GetAsync("/details", Cancellation)).Json!["haproxy_count"]);
    }

    [Fact]
    public async Task A_configuration_that_has_become_unusable_is_a_500_with_haproxy_s_words_and_the_one_before_goes_on()
    {
        await using StockLoadBalancer balancer = await StockLoadBalancer.StartAsync(members: 1, new AgentConfiguration(), Cancellation);
        await balancer.UploadAsync(balancer.Config(members: 1), Cancellation);
        await balancer.ActAsync("start", Cancellation);
        string folder = Path.Combine(balancer.Agent.CertificateFolder, balancer.Id), secret = Path.Combine(folder, "missing.pem"), list = Path.Combine(folder, "list.pem");

        // Good when it is uploaded, no longer when it shall run.
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(secret, balancer.Agent.Certificates.ListenerPem("www.example.com"), Cancellation);
        await File.WriteAllTextAsync(list, secret + "\n", Cancellation);
        await balancer.UploadAsync(balancer.Config(members: 1, $"80 ssl crt-list {list}"), Cancellation);
        File.Delete(secret);
        OctaviaReply refused = await balancer.Client.PutAsync($"/loadbalancer/{balancer.Id}/reload", "", Cancellation);

        Assert.Equal((500, "Error reloading haproxy"), (refused.Status, refused.Message));
        Assert.Contains("missing.pem", refused.Details, StringComparison.Ordinal);
        Assert.Equal(new Dictionary<string, int> { ["member-1"] = 2 }, await balancer.AskAsync(2, Cancellation));
    }

    [Fact]
    public async Task The_peer_name_of_the_upload_is_that_of_every_later_process()
    {
        await using StockLoadBalancer balancer = await StockLoadBalancer.StartAsync(members: 1, new AgentConfiguration(), Cancellation);
        // agent-api §4: the name that belongs to this amphora id.
        string upload = $"/loadbalancer/11111111-2222-4333-8444-555555555555/{balancer.Id}/haproxy", name = "xXu-FMQ0vr_hLZFNFyIplfVZyGE";
        string peers = $"\npeers {balancer.Id.Replace("-", "", StringComparison.Ordinal)}_peers\n    peer {name} {balancer.Topology.VrrpIp}:1025\n\ndefaults\n";
        string config = balancer.Config(members: 1).Replace("\ndefaults\n", peers, StringComparison.Ordinal);
        (await balancer.Client.PutAsync(upload, config, Cancellation)).Expect(202);

        await balancer.ActAsync("reload", Cancellation);
        string first = await PeerAsync(balancer);
        await balancer.Agent.KillAsync(Cancellation);
        await balancer.StartAgainAsync(Cancellation);
        await balancer.ActAsync("stop", Cancellation);
        await balancer.ActAsync("start", Cancellation);

        Assert.Equal((name, name), (first, await PeerAsync(balancer)));
        Assert.Equal(new Dictionary<string, int> { ["member-1"] = 2 }, await balancer.AskAsync(2, Cancellation));
    }

    // The argument of -L of the process the pid file names.
    private static async Task<string> PeerAsync(StockLoadBalancer balancer)
    {
        string pid = (await File.ReadAllTextAsync(Path.Combine(balancer.Directory, balancer.Id + ".pid"), Cancellation)).Trim();
        string[] arguments = (await File.ReadAllTextAsync($"/proc/{pid}/cmdline", Cancellation)).Split('\0');
        return arguments[Array.IndexOf(arguments, "-L") + 1];
    }

    [Fact]
    public async Task Deleted_nothing_of_it_is_left()
    {
        await using StockLoadBalancer balancer = await StockLoadBalancer.StartAsync(members: 1, new AgentConfiguration(), Cancellation);
        (await balancer.Client.PutAsync($"/loadbalancer/{balancer.Id}/certificates/{new string('b', 40)}.pem", "x", Cancellation)).Expect(200);
        await balancer.UploadAsync(balancer.Config(members: 1), Cancellation);
        await balancer.ActAsync("start", Cancellation);

        (await balancer.Client.DeleteAsync($"/listeners/{balancer.Id}", Cancellation)).Expect(200);

        Assert.NotNull((await balancer.Traffic.SendAsync(balancer.Url, 1, Cancellation))[0].Failure);
        Assert.Empty(Directory.GetFileSystemEntries(balancer.Agent.BasePath, $"*{balancer.Id}*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_certificate_uploaded_before_and_replaced_later_is_what_clients_see()
    {
        await using StockLoadBalancer balancer = await StockLoadBalancer.StartAsync(members: 1, new AgentConfiguration(), Cancellation);
        string folder = Path.Combine(balancer.Agent.CertificateFolder, balancer.Id), name = new string('c', 40) + ".pem";
        using Certificates next = new("the next CA");
        Uri url = new("https://www.example.com/");
        using Traffic before = new(balancer.Topology.Client, balancer.Topology.Vip, balancer.Agent.Certificates.Authority);
        using Traffic after = new(balancer.Topology.Client, balancer.Topology.Vip, next.Authority);

        await UploadAsync(name, balancer.Agent.Certificates.ListenerPem("www.example.com"));
        await UploadAsync(balancer.Listener + ".pem", Path.Combine(folder, name) + "\n");
        await balancer.UploadAsync(balancer.Config(members: 1, $"443 ssl crt-list {folder}/{balancer.Listener}.pem"), Cancellation);
        await balancer.ActAsync("reload", Cancellation);
        Answer first = (await before.SendAsync(url, 1, Cancellation))[0];
        OctaviaReply listeners = await balancer.Client.GetAsync("/listeners", Cancellation);
        await UploadAsync(name, next.ListenerPem("www.example.com"));
        Answer unchanged = (await before.SendAsync(url, 1, Cancellation))[0];
        await balancer.ActAsync("reload", Cancellation);
        Answer changed = (await after.SendAsync(url, 1, Cancellation))[0];

        Assert.Equal("member-1", first.Member);
        Assert.Equal("TERMINATED_HTTPS", (string?)listeners.Json![0]!["type"]);
        Assert.Equal("member-1", unchanged.Member);
        Assert.Equal(("member-1", null), (changed.Member, changed.Failure));

        async Task UploadAsync(string file, string content) =>
            (await balancer.Client.PutAsync($"/loadbalancer/{balancer.Id}/certificates/{file}", content, Cancellation)).Expect(200);
    }
}

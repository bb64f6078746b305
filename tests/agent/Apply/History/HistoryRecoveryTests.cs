// What a start makes of histories: they agree with what is in force, and windows go on or end.
using System.Text;
using Amphora.Agent.Apply;
using Amphora.Agent.Apply.Commit;
using Amphora.Agent.Apply.History;
using Amphora.Agent.Apply.Rollback;
using Amphora.Agent.Certificates;
using Amphora.Agent.Haproxy;
using Amphora.Agent.Keepalived;
using Amphora.Agent.Network;
using Amphora.Agent.Services;
using Amphora.Agent.Tests.Journal;
using Amphora.Contract.DesiredState;
using Amphora.Fixtures;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Amphora.Agent.Tests.Apply.History;

public sealed class HistoryRecoveryTests : IAsyncDisposable
{
    private static readonly CommitTerms s_onTrial = new(null, TimeSpan.FromMinutes(1));

    private readonly TestFolder _folder = new();
    private readonly Wanted _first = Document(generation: 1), _second = Document(generation: 2);
    private ServiceProvider _agent;

    public HistoryRecoveryTests() => _agent = Start();

    private string Id => _first.LoadBalancerId;

    private GenerationHistory History => _agent.GetRequiredService<GenerationHistory>();

    private HistoryRecovery Recovery => _agent.GetRequiredService<HistoryRecovery>();

    private CommitWindows Windows => _agent.GetRequiredService<CommitWindows>();

    private string WindowFile => Assert.Single(Directory.GetFiles(_folder[$"{Id}/history"], "*.window"));

    [Fact]
    public async Task What_an_agent_without_history_left_is_its_first_entry()
    {
        _folder.Write($"{Id}/generation.json", Encoding.UTF8.GetString(GenerationFile.Write(_second)));
        _folder.Write("uploaded/haproxy.cfg", "frontend a\n");

        await RestartAsync();

        Assert.Equal((1, 2), (History.InForce(Id)!.Sequence, History.InForce(Id)!.Generation));
        Assert.Contains("found in force", History.InForce(Id)!.Summary, StringComparison.Ordinal);
        Assert.True(Assert.Single(History.Find("uploaded")).IsUploaded);
        Assert.Null(Recovery.Reopen(Id));
    }

    [Fact]
    public async Task An_entry_whose_generation_did_not_follow_is_taken_out()
    {
        Record(_first);
        Write(_second);

        await RestartAsync();

        Assert.Equal([1L], History.Find(Id).Select(entry => entry.Sequence));
        Assert.Empty(Directory.GetFiles(_folder[$"{Id}/history"], "2.*"));
    }

    [Fact]
    public async Task A_generation_that_no_entry_is_of_gets_one_behind_the_others()
    {
        Record(_first);
        _folder.Write($"{Id}/generation.json", Encoding.UTF8.GetString(GenerationFile.Write(_second)));

        await RestartAsync();

        Assert.Equal([1L, 2], History.Find(Id).Select(entry => entry.Generation!.Value));
        Assert.Equal(1, History.InForce(Id)!.GoesBackTo);
    }

    [Fact]
    public async Task A_window_goes_on()
    {
        Record(_first);
        Record(_second, s_onTrial);

        await RestartAsync();

        Assert.Null(Recovery.Reopen(Id));
        Assert.Equal(2, Windows.Find(Id)!.Sequence);
    }

    [Fact]
    public async Task A_window_that_ended_while_there_was_no_agent_is_watched_for_as_long_as_it_takes()
    {
        Record(_first);
        Record(_second, new CommitTerms(new BeforeCommit { Worker = 1, Pools = [new PoolBefore("p:l", ["a"], 1, IsChecked: true)] }, ConfirmWithin: null));
        var until = System.Text.RegularExpressions.Regex.Replace(File.ReadAllText(WindowFile), "\"watched_until\":[0-9]+", "\"watched_until\":1");
        File.WriteAllText(WindowFile, until);

        await RestartAsync();

        Assert.Null(Recovery.Reopen(Id));
        Assert.InRange(Windows.Find(Id)!.WatchedUntil!.Value - Windows.Now, 1_000 * CommitRules.LooksInARow, 2_000 * CommitRules.LooksInARow);
    }

    [Fact]
    public async Task One_whose_time_is_over_is_a_reason_to_go_back_at_once()
    {
        Record(_first);
        Record(_second, new CommitTerms(null, TimeSpan.FromMilliseconds(1)));

        await RestartAsync();

        Assert.Contains("nobody confirmed it", Recovery.Reopen(Id), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_another_boot_what_nobody_confirmed_goes_and_what_was_only_watched_stays(bool isToBeConfirmed)
    {
        Record(_first);
        Record(_second, isToBeConfirmed ? s_onTrial : new CommitTerms(
            new BeforeCommit { Worker = 1, Pools = [new PoolBefore("p:l", ["a"], 1, IsChecked: true)] }, ConfirmWithin: null));
        File.WriteAllText(WindowFile, File.ReadAllText(WindowFile).Replace("\"boot_id\":\"", "\"boot_id\":\"another", StringComparison.Ordinal));

        await RestartAsync();
        var reason = Recovery.Reopen(Id);

        Assert.Equal(isToBeConfirmed, reason is not null);
        Assert.Null(Windows.Find(Id)!.Before);
        Assert.Null(Windows.Find(Id)!.WatchedUntil);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"sequence\":2")]
    public async Task A_window_that_cannot_be_read_is_none(string content)
    {
        Record(_first);
        Record(_second, s_onTrial);
        File.WriteAllText(WindowFile, content);

        await RestartAsync();

        Assert.Null(Recovery.Reopen(Id));
        Assert.Null(Windows.Find(Id));
    }

    public async ValueTask DisposeAsync()
    {
        await _agent.DisposeAsync();
        _folder.Dispose();
    }

    private static Wanted Document(long generation)
    {
        var document = DesiredStateReader.Read(File.ReadAllBytes(Path.Combine(Checkout.Top, "tests", "golden", "documents", "01-tiny-http.json"))).Document! with { Generation = generation };
        var id = document.LoadBalancer.Id.ToString("D");
        return new Wanted
        {
            LoadBalancerId = id,
            Document = document,
            Haproxy = new HaproxyWanted { LoadBalancerId = id, LocalPeer = "p" },
            Keepalived = new KeepalivedWanted { LoadBalancerId = id },
        };
    }

    // As a change ends: history, then generation.json.
    private void Record(Wanted wanted, CommitTerms? terms = null)
    {
        var window = Write(wanted, terms ?? CommitTerms.Proven);
        _folder.Write($"{Id}/generation.json", Encoding.UTF8.GetString(GenerationFile.Write(wanted)));
        Windows.Replace(Id, window);
    }

    private OpenWindow? Write(Wanted wanted, CommitTerms? terms = null)
    {
        var writer = _agent.GetRequiredService<HistoryWriter>();
        var entry = writer.Stage(Id, new NewGeneration
        {
            ManagedBy = HistoryEntry.Api2,
            Generation = wanted.Document.Generation,
            Content = GenerationFile.Write(wanted),
            CertificateFiles = [],
            Summary = "",
        });
        return writer.Add(Id, entry.Value, terms ?? CommitTerms.Proven).Value;
    }

    private async Task RestartAsync()
    {
        await _agent.DisposeAsync();
        _agent = Start();
        _agent.GetRequiredService<GenerationStore>().Load();
        Assert.Empty(Recovery.Load());
    }

    private ServiceProvider Start() => new ServiceCollection()
        .AddLogging()
        .AddSingleton(TimeProvider.System)
        .AddSingleton(JournalHost.None)
        .AddServices(new ServicesOptions { Manager = ServiceManagerKind.ChildProcesses, StateDirectory = _folder["services"] })
        .AddCertificates(new CertificateOptions(_folder["certs"]))
        .AddNetwork(new NetworkOptions
        {
            Namespace = "none",
            InterfaceDirectory = _folder["interfaces"],
            PluggedInterfacesFile = _folder["plugged_interfaces"],
            FirewallFile = _folder["nftables"],
            PortDirectory = _folder["ports"],
            Topology = () => Topology.Single,
        })
        .AddHaproxy(new HaproxyOptions { BasePath = _folder.Path, BaseCertDir = _folder["certs"] })
        .AddKeepalived(new KeepalivedOptions { BasePath = _folder.Path })
        .AddApply(new ApplyOptions { BasePath = _folder.Path })
        .BuildServiceProvider();
}

// Certificates, authorities and revocation lists change while HAProxy runs; what it has then is what a fresh process would have.
using Amphora.Agent.Haproxy;
using Amphora.Fixtures;
using Xunit;

namespace Amphora.Agent.Tests.Haproxy.Tls;

public sealed class TlsChangeTests : IAsyncDisposable
{
    private readonly TlsHost _host = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Another_default_certificate_is_served_by_the_same_process()
    {
        _host.Certificates.Add(_host.Authority.Issue("old.example"));
        await _host.ApplyAsync();

        _host.Certificates[0] = _host.Authority.Issue("new.example");
        var step = await _host.ApplyAsync();

        Assert.Equal(HaproxyStep.Change, step);
        Assert.StartsWith("CN=new.example ", await _host.ServedAsync("nobody.example"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Certificates_of_names_come_are_renewed_and_go()
    {
        _host.Certificates.AddRange([_host.Authority.Issue("default.example"), _host.Authority.Issue("a.example")]);
        await _host.ApplyAsync();
        var before = await _host.ServedAsync("a.example");

        _host.Certificates.Insert(1, _host.Authority.Issue("b.example"));
        Assert.Equal(HaproxyStep.Change, await _host.ApplyAsync());
        Assert.StartsWith("CN=b.example ", await _host.ServedAsync("b.example"), StringComparison.Ordinal);
        Assert.Equal(before, await _host.ServedAsync("a.example"));

        _host.Certificates[2] = _host.Authority.Issue("a.example");
        Assert.Equal(HaproxyStep.Change, await _host.ApplyAsync());
        Assert.NotEqual(before, await _host.ServedAsync("a.example"));

        _host.Certificates.RemoveAt(1);
        Assert.Equal(HaproxyStep.Change, await _host.ApplyAsync());
        Assert.StartsWith("CN=default.example ", await _host.ServedAsync("b.example"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_with_other_content_under_its_name_is_given_to_the_process()
    {
        _host.Certificates.Add(_host.Authority.Issue("old.example"));
        await _host.ApplyAsync();
        _host.Authority.Issue("new.example", _host.Certificates[0]);

        Assert.Equal(HaproxyStep.Change, await _host.ApplyAsync());

        Assert.StartsWith("CN=new.example ", await _host.ServedAsync("nobody.example"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_pools_certificate_changes_while_it_runs_and_authorities_and_revocations_by_another_process()
    {
        using TestAuthority other = new(_host.Paths.Certificates, "other.example");
        _host.Certificates.Add(_host.Authority.Issue("a.example"));
        (_host.ClientAuthority, _host.Revocations) = (_host.Authority.Write(), _host.Authority.Revoke());
        (_host.PoolAuthority, _host.PoolCertificate) = (_host.Authority.Write(), _host.Authority.Issue("client.example"));
        await _host.ApplyAsync();

        _host.Revocations = _host.Authority.Revoke();
        Assert.Equal(HaproxyStep.Reload, await _host.ApplyAsync());
        (_host.ClientAuthority, _host.Revocations) = (other.Write(), other.Revoke());
        Assert.Equal(HaproxyStep.Reload, await _host.ApplyAsync());
        _host.PoolCertificate = other.Issue("client.example");
        Assert.Equal(HaproxyStep.Change, await _host.ApplyAsync());
        _host.PoolAuthority = other.Write();
        Assert.Equal(HaproxyStep.Reload, await _host.ApplyAsync());
    }

    [Fact]
    public async Task A_listener_that_asks_clients_for_certificates_from_now_on_needs_another_process()
    {
        _host.Certificates.Add(_host.Authority.Issue("a.example"));
        await _host.ApplyAsync();

        _host.ClientAuthority = _host.Authority.Write();

        Assert.Equal(HaproxyStep.Reload, await _host.ApplyAsync());
    }

    [Fact]
    public async Task A_file_that_is_too_long_for_a_command_needs_another_process_and_says_why()
    {
        _host.Certificates.Add(_host.Authority.Issue("a.example"));
        await _host.ApplyAsync();
        _host.Certificates[0] = _host.Authority.Issue("b.example");
        string authority = await File.ReadAllTextAsync(_host.Authority.Write(), Cancel);
        await File.AppendAllTextAsync(_host.Certificates[0], string.Concat(Enumerable.Repeat(authority, 30)), Cancel);

        var plan = await _host.Live.PlanAsync(_host.Wanted());

        Assert.Contains("bytes, and HAProxy takes 15360 while it runs", Assert.Single(plan.Reasons), StringComparison.Ordinal);
        Assert.Equal(HaproxyStep.Reload, await _host.ApplyAsync());
    }

    [Fact]
    public async Task The_longest_file_that_is_given_to_a_process_is_taken()
    {
        _host.Certificates.Add(_host.Authority.Issue("a.example"));
        await _host.ApplyAsync();
        _host.Certificates[0] = _host.Authority.Issue("b.example");
        string text = await File.ReadAllTextAsync(_host.Certificates[0], Cancel);
        await File.AppendAllTextAsync(_host.Certificates[0], new string('#', (15 * 1024) - text.Length - 1) + "\n", Cancel);

        Assert.Equal(HaproxyStep.Change, await _host.ApplyAsync());
    }

    [Fact]
    public async Task What_somebody_else_gave_to_the_process_is_found_and_put_right()
    {
        _host.Certificates.AddRange([_host.Authority.Issue("a.example"), _host.Authority.Issue("b.example")]);
        await _host.ApplyAsync();
        string other = (await File.ReadAllTextAsync(_host.Authority.Issue("other.example"), Cancel)).Trim();
        string seat = Path.Combine(_host.Paths.Tls, $"{HaproxyHost.ListenerId}.crt-list.1.pem");
        await _host.TellAsync($"set ssl cert {seat} <<\n{other}\n");
        await _host.TellAsync($"commit ssl cert {seat}");
        Assert.StartsWith("CN=other.example ", await _host.ServedAsync("nobody.example"), StringComparison.Ordinal);

        var plan = await _host.Live.PlanAsync(_host.Wanted());

        Assert.Equal([$"{HaproxyHost.ListenerId}.crt-list.1.pem gets {Path.GetFileName(_host.Certificates[0])} again"], plan.Changes);
        Assert.Equal(HaproxyStep.Change, await _host.ApplyAsync());
        Assert.StartsWith("CN=a.example ", await _host.ServedAsync("nobody.example"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_entry_that_somebody_took_out_of_a_crt_list_comes_back()
    {
        _host.Certificates.AddRange([_host.Authority.Issue("a.example"), _host.Authority.Issue("b.example")]);
        await _host.ApplyAsync();
        string list = Path.Combine(_host.Paths.Tls, $"{HaproxyHost.ListenerId}.crt-list");
        await _host.TellAsync($"del ssl crt-list {list} {list}.2.pem");

        Assert.Equal(HaproxyStep.Reload, await _host.ApplyAsync());

        Assert.StartsWith("CN=b.example ", await _host.ServedAsync("b.example"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_without_its_key_is_not_served_and_the_process_goes_on()
    {
        _host.Certificates.Add(_host.Authority.Issue("a.example"));
        await _host.ApplyAsync();
        var worker = await _host.Live.WorkerAsync();
        _host.Certificates[0] = _host.Authority.Write();

        var outcome = await _host.Live.TryApplyAsync(_host.Wanted());

        Assert.False(outcome.Ok);
        Assert.Equal(worker, await _host.Live.WorkerAsync());
        Assert.StartsWith("CN=a.example ", await _host.ServedAsync("nobody.example"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_of_files_that_are_gone_are_not_left_behind()
    {
        _host.Certificates.AddRange([_host.Authority.Issue("a.example"), _host.Authority.Issue("b.example")]);
        await _host.ApplyAsync();
        _host.Certificates.RemoveAt(1);
        await _host.ApplyAsync();

        Assert.Equal(
            [$"{HaproxyHost.ListenerId}.crt-list", $"{HaproxyHost.ListenerId}.crt-list.1.pem"], Directory.GetFileSystemEntries(_host.Paths.Tls).Select(Path.GetFileName).Order());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task After_random_changes_it_has_what_a_fresh_process_would_have(int seed)
    {
        Random random = new(seed);
        _host.Certificates.Add(_host.Authority.Issue("name-0.example"));
        (_host.ClientAuthority, _host.Revocations) = (_host.Authority.Write(), _host.Authority.Revoke());
        await _host.ApplyAsync();
        Dictionary<HaproxyStep, int> steps = [];
        for (int i = 1; i <= 25; i++)
        {
            Change(random, i);
            HaproxyStep step = await _host.ApplyAsync();
            steps[step] = steps.GetValueOrDefault(step) + 1;
        }

        TestContext.Current.TestOutputHelper!.WriteLine(string.Join(", ", steps.Select(pair => $"{pair.Key} {pair.Value}")));
        Assert.True(steps.GetValueOrDefault(HaproxyStep.Change) > 12);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private void Change(Random random, int number)
    {
        List<string> all = _host.Certificates;
        int at = random.Next(all.Count);
        switch (random.Next(7))
        {
            case 0:
                all.Insert(random.Next(all.Count + 1), _host.Authority.Issue($"name-{number}.example"));
                break;
            case 1 when all.Count > 1:
                all.RemoveAt(at);
                break;
            case 2:
                all[at] = _host.Authority.Issue($"name-{number}.example");
                break;
            case 3:
                _host.Authority.Issue($"name-{number}.example", all[at]);
                break;
            case 4:
                (all[0], all[at]) = (all[at], all[0]);
                break;
            case 5 when random.Next(2) == 0:
                _host.Revocations = _host.Authority.Revoke();
                break;
            default:
                all.Add(_host.Authority.Issue($"name-{number}.example"));
                break;
        }
    }
}

// Patterns of L7 rules change while HAProxy runs.
using System.Net;
using System.Text;
using Amphora.Agent.Haproxy;
using Amphora.Agent.Haproxy.Acl;
using Amphora.Agent.Haproxy.Runtime;
using Amphora.Fixtures.Members;
using Xunit;

namespace Amphora.Agent.Tests.Haproxy.Acl;

public sealed class PatternChangeTests : IAsyncDisposable
{
    private readonly HaproxyLive _live = new();
    private readonly int _port = HaproxyHost.FreePort();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Another_pattern_counts_at_once_and_the_process_stays()
    {
        await ApplyAsync("acl r1 path -m beg -- /old");
        int worker = await _live.WorkerAsync();
        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.ServiceUnavailable), (await AskAsync("/old"), await AskAsync("/new")));

        Assert.Equal(HaproxyStep.Change, await ApplyAsync("acl r1 path -m beg -- /new"));

        Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.Forbidden), (await AskAsync("/old"), await AskAsync("/new")));
        Assert.Equal(worker, await _live.WorkerAsync());
    }

    [Theory]
    [InlineData("acl r1 path -m end -- /old")]
    [InlineData("acl r2 path -m beg -- /old")]
    [InlineData("acl r1 path -i -m beg -- /old")]
    [InlineData("acl r1 path -m beg -- /old /more")]
    [InlineData("acl r1 path -m beg -- ''")]
    public async Task Another_rule_needs_another_process(string rule)
    {
        await ApplyAsync("acl r1 path -m beg -- /old");

        Assert.Equal(HaproxyStep.Reload, await ApplyAsync(rule));
    }

    [Fact]
    public async Task A_pattern_that_somebody_else_set_is_found_and_put_right()
    {
        await ApplyAsync("acl r1 path -m beg -- /old");
        await TellAsync("add acl #0 /more");

        var plan = await _live.PlanAsync(Wanted("acl r1 path -m beg -- /old"));

        Assert.Equal(["rule r1: nothing becomes /old"], plan.Changes);
        Assert.Equal(HaproxyStep.Change, await ApplyAsync("acl r1 path -m beg -- /old"));
        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.ServiceUnavailable), (await AskAsync("/old"), await AskAsync("/more")));
    }

    [Fact]
    public async Task Whatever_a_pattern_holds_is_set_as_it_stands_there()
    {
        // Each tenant's value that the API takes may come in any of HAProxy's spellings.
        string[] patterns = ["a b", "a\\.b", "a;b", "a\"b", "a'b", "a#b", "#a", "$HOME", "a\tb", "ünïcode", "a,b", "<<", "-i", "@1", "!x", "a\\", "~`|&*(){}[]<>?"];
        await ApplyAsync("acl r1 hdr(x) -m str -- first");
        Random random = new(1);
        foreach (string pattern in patterns.Concat(Enumerable.Range(0, 40).Select(_ => Random(random))))
        {
            string quoted = "'" + pattern.Replace("'", "'\\''", StringComparison.Ordinal) + "'";

            Assert.Equal((HaproxyStep.Change, pattern), (await ApplyAsync($"acl r1 hdr(x) -m str -- {quoted}"), pattern));
            Assert.Equal(pattern, AclLine.All($"acl r1 hdr(x) -m str -- {quoted}")[0].Pattern);
        }
    }

    [Fact]
    public async Task A_pattern_that_HAProxy_refuses_leaves_the_one_before()
    {
        await ApplyAsync("acl r1 path -m reg -- ^/old");
        int worker = await _live.WorkerAsync();

        var outcome = await _live.TryApplyAsync(Wanted("acl r1 path -m reg -- ^/[a"));

        Assert.False(outcome.Ok);
        Assert.Equal((HttpStatusCode.Forbidden, worker), (await AskAsync("/old"), await _live.WorkerAsync()));
    }

    public ValueTask DisposeAsync() => _live.DisposeAsync();

    private static string Random(Random random)
    {
        StringBuilder text = new();
        for (int i = random.Next(1, 12); i > 0; i--)
        {
            text.Append((char)random.Next(' ' + 1, 127));
        }

        return text.ToString();
    }

    private HaproxyWanted Wanted(string rule) => _live.Host.Wanted(_live.Host.HttpConfig(_port)
        .Replace("    default_backend", $"    {rule}\n    http-request deny if {rule.Split(' ')[1]}\n    default_backend", StringComparison.Ordinal)
        .Replace("\ndefault_backend", $"\n    {rule}\n    http-request deny if {rule.Split(' ')[1]}\ndefault_backend", StringComparison.Ordinal));

    private Task<HaproxyStep> ApplyAsync(string rule) => _live.ApplyAsync(Wanted(rule));

    private async Task<HttpStatusCode> AskAsync(string path)
    {
        using var client = TrafficClient.Create(from: null);
        return (await client.GetAsync(new Uri($"http://127.0.0.1:{_port}{path}"), Cancel)).StatusCode;
    }

    private async Task TellAsync(string command)
    {
        var opened = await HaproxyConversation.OpenAsync(_live.Host.Paths.AdminSocket, TimeSpan.FromSeconds(10), Cancel);
        using var conversation = opened.Value;
        Assert.True((await conversation.AskAsync(command, Cancel)).Ok);
    }
}

// Decisions that were written down are made again: the same where nothing changed, and told where something did.
using System.Net;
using System.Text.Json.Nodes;
using Amphora.Agent.Haproxy;
using Amphora.Agent.Journal.Records;
using Amphora.Agent.Replay;
using Amphora.Agent.Tests.Haproxy;
using Amphora.Agent.Tests.Haproxy.Tls;
using Amphora.Contract;
using Amphora.Fixtures.Members;
using Xunit;

namespace Amphora.Agent.Tests.Journal;

public sealed class ReplayTests : IAsyncDisposable
{
    private readonly JournalHost _host = new();
    private readonly HaproxyLive _live;
    private readonly HttpMember _member = HttpMember.Start("member", null, new IPEndPoint(IPAddress.Loopback, 0));
    private readonly int _port = HaproxyHost.FreePort();

    public ReplayTests() => _live = new HaproxyLive(journal: _host.Journal);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_decision_of_a_life_is_the_same_again_and_what_was_said_and_done_stands_beside_it()
    {
        await LiveAsync();

        var (records, broken) = await _host.ReadAsync();
        var (exitCode, output, _) = await ReplayAsync(await _host.BytesAsync());

        Assert.Null(broken);
        Assert.Equal(["start", "change", "change", "change", "reload", "change", "remove"], Plans(records).Select(plan => plan.Decision.Step));
        Assert.Equal((0, "7 plans, 7 the same, 0 different\n"), (exitCode, output));
        var commands = records.Where(record => record.Command is not null).SelectMany(record => record.Command!.Said!).ToList();
        Assert.Contains(commands, said => said.Command.EndsWith("/m1 weight 9", StringComparison.Ordinal));
        Assert.Contains(commands, said => said.Command.EndsWith("/m1 state maint", StringComparison.Ordinal));
        Assert.All(records.Where(record => record.Proof is not null), record => Assert.True(record.Proof!.Holds));
        Assert.Equal(7, records.Count(record => record.Taken is { Part: "haproxy", Failure: null }));
        Assert.Contains(records, record => record.Taken?.Actions.Any(action => action.Action == "reload") == true);
    }

    [Fact]
    public async Task A_certificate_that_is_told_stands_there_by_its_digest()
    {
        await using var tls = new TlsHost(_host.Journal);
        tls.Certificates.Add(tls.Authority.Issue("old.example"));
        await tls.ApplyAsync();
        tls.Certificates[0] = tls.Authority.Issue("new.example");
        await tls.ApplyAsync();

        var (records, _) = await _host.ReadAsync();
        var (exitCode, output, _) = await ReplayAsync(await _host.BytesAsync());

        Assert.Equal((0, "2 plans, 2 the same, 0 different\n"), (exitCode, output));
        var commands = records.Where(record => record.Command is not null).SelectMany(record => record.Command!.Said!).ToList();
        Assert.Contains(commands, said => said.Command.StartsWith("set ssl cert ", StringComparison.Ordinal) && said.Command.Contains("sha256:", StringComparison.Ordinal));
        Assert.DoesNotContain(commands, said => said.Command.Contains('\n', StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_change_that_fails_says_why()
    {
        await LiveAsync();

        var failed = await _live.TryApplyAsync(_live.Host.Wanted(_live.Host.HttpConfig(_port, $"m1 {_member.EndPoint}").Replace("retries 3", "no-such-word", StringComparison.Ordinal)));
        var (records, _) = await _host.ReadAsync();

        Assert.False(failed.Ok);
        Assert.Equal(failed.Failure!.Message, records.Last(record => record.Taken is not null).Taken!.Failure);
    }

    [Fact]
    public async Task A_decision_that_is_another_one_today_is_told_with_what_differs()
    {
        await LiveAsync();
        // As if today's planner kept other reserves: only what a new process reads is decided otherwise.
        await using var edited = await EditAsync(plan => plan with { Options = plan.Options with { ServerSlots = 2 } });
        var seq = (await edited.ReadAsync()).Records.First(record => record.Plan is not null).Seq;

        var (exitCode, output, _) = await ReplayAsync(await edited.BytesAsync());
        var (_, json, _) = await ReplayAsync(await edited.BytesAsync(), isJson: true);

        Assert.Equal(1, exitCode);
        Assert.StartsWith($"record {seq}, 20", output, StringComparison.Ordinal);
        Assert.Contains("\n  text\n    recorded: ", output, StringComparison.Ordinal);
        Assert.EndsWith("\n7 plans, 5 the same, 2 different\n", output, StringComparison.Ordinal);
        var report = JsonNode.Parse(json)!;
        Assert.Equal((7, 5, 2), ((int)report["plans"]!, (int)report["same"]!, report["different"]!.AsArray().Count));
        Assert.Equal("text", (string?)report["different"]![0]!["differences"]![0]!["part"]);
    }

    [Theory]
    [InlineData("step", "reload")]
    [InlineData("reasons", "for no reason")]
    [InlineData("changes", "something else")]
    [InlineData("commands", "show info")]
    [InlineData("write", "/etc/passwd")]
    public async Task Every_part_of_a_decision_is_compared(string part, string recorded)
    {
        await LiveAsync();
        var lines = new LinesRecord { Count = 1, Lines = [recorded] };
        await using var edited = await EditAsync(plan => plan.Decision.Step != "start" ? plan : plan with
        {
            Decision = part switch
            {
                "step" => plan.Decision with { Step = recorded },
                "reasons" => plan.Decision with { Reasons = lines },
                "changes" => plan.Decision with { Changes = lines },
                "commands" => plan.Decision with { Commands = lines },
                _ => plan.Decision with { Write = [recorded] },
            },
        });

        var (exitCode, output, _) = await ReplayAsync(await edited.BytesAsync());

        Assert.Equal(1, exitCode);
        Assert.Contains($"\n  {part}\n    recorded: {recorded}\n    today   : ", output, StringComparison.Ordinal);
        Assert.EndsWith("\n7 plans, 6 the same, 1 different\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_whose_text_is_not_there_cannot_be_decided_again()
    {
        await LiveAsync();
        await using var edited = await EditAsync(plan => plan with { Wanted = plan.Wanted with { Config = plan.Wanted.Config is null ? null : new string('0', 64) } });

        var (exitCode, output, _) = await ReplayAsync(await edited.BytesAsync());

        Assert.Equal(1, exitCode);
        Assert.Contains($"cannot be decided again: the journal does not have the text {new string('0', 64)}", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_chain_and_a_file_that_is_not_there_are_neither_the_same_nor_different()
    {
        await LiveAsync();
        var bytes = await _host.BytesAsync();
        bytes[^200]++;
        bytes[100]++;

        var broken = await ReplayAsync(bytes);
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var missing = await ReplaySlice.RunAsync(new ReplayRequest("/nowhere/journal.jsonl", IsJson: false), Stream.Null, output, errors, Cancel);

        Assert.Equal(2, broken.ExitCode);
        Assert.StartsWith("Error: line 1 of -: ", broken.Errors, StringComparison.Ordinal);
        Assert.Equal(2, missing);
        Assert.StartsWith("Error: cannot read /nowhere/journal.jsonl: ", errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_file_can_be_replayed_by_itself()
    {
        await using var host = new JournalHost(mostBytes: 32 * 1024);
        await using var live = new HaproxyLive(journal: host.Journal);
        for (var weight = 1; weight <= 30; weight++)
        {
            await live.ApplyAsync(live.Host.Wanted(live.Host.HttpConfig(_port, $"m1 {_member.EndPoint} weight {weight}")));
        }

        await host.FlushAsync();
        var older = await ReplayAsync(await File.ReadAllBytesAsync(host.Options.OlderFile, Cancel));
        var newer = await ReplayAsync(await File.ReadAllBytesAsync(host.Options.File, Cancel));

        Assert.Equal((0, 0), (older.ExitCode, newer.ExitCode));
        Assert.All((string[])[older.Output, newer.Output], output => Assert.Matches("^[1-9][0-9]* plans, ", output));
    }

    public async ValueTask DisposeAsync()
    {
        await _live.DisposeAsync();
        await _member.DisposeAsync();
        await _host.DisposeAsync();
    }

    // Start, weight, a member joins, one leaves, another setting, a file that was not written down, and the end.
    private async Task LiveAsync()
    {
        var (first, second) = ($"m1 {_member.EndPoint}", $"m2 {_member.EndPoint}");
        foreach (var members in (string[][])[[first], [first + " weight 9"], [first + " weight 9", second], [second]])
        {
            await _live.ApplyAsync(_live.Host.Wanted(_live.Host.HttpConfig(_port, members)));
        }

        var text = _live.Host.HttpConfig(_port, second).Replace("retries 3", "retries 2", StringComparison.Ordinal);
        await _live.ApplyAsync(_live.Host.Wanted(text));
        await _live.ApplyAsync(_live.Host.Wanted(text, new CrtListFile(HaproxyHost.ListenerId, "/certs/one.pem\n")));
        await _live.ApplyAsync(_live.Host.Wanted(null));
    }

    private async Task<JournalHost> EditAsync(Func<PlanRecord, PlanRecord> edit)
    {
        var edited = new JournalHost();
        foreach (var record in (await _host.ReadAsync()).Records.Where(record => record.Kind != RecordKind.Opened))
        {
            edited.Journal.Add(_ => record with { Plan = record.Plan is { } plan ? edit(plan) : null });
        }

        return edited;
    }

    private static IEnumerable<PlanRecord> Plans(IEnumerable<JournalRecord> records) => records.Select(record => record.Plan).OfType<PlanRecord>();

    private static async Task<(int ExitCode, string Output, string Errors)> ReplayAsync(byte[] journal, bool isJson = false)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var exitCode = await ReplaySlice.RunAsync(new ReplayRequest("-", isJson), new MemoryStream(journal), output, errors, Cancel);
        return (exitCode, output.ToString(), errors.ToString());
    }
}

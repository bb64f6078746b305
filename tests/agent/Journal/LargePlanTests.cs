// A load balancer of 5,000 members: whoever changes it does not wait for the journal, and a change of one member is a small record.
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Amphora.Agent.Haproxy;
using Amphora.Agent.Haproxy.Augment;
using Amphora.Agent.Haproxy.Recorded;
using Amphora.Agent.Haproxy.Runtime;
using Amphora.Agent.Haproxy.Slots;
using Amphora.Agent.Replay;
using Amphora.Agent.Services;
using Xunit;

namespace Amphora.Agent.Tests.Journal;

public sealed class LargePlanTests
{
    private const int Members = 5000, Changes = 20;

    private static readonly HaproxyOptions s_options = new() { MemoryMiB = 1024 };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Five_thousand_members_are_written_down_once_and_then_what_changes()
    {
        await using var host = new JournalHost(mostBytes: 16 * 1024 * 1024);
        var sizes = new List<long>();
        var (waited, written) = (TimeSpan.MaxValue, TimeSpan.Zero);
        var running = Text(changed: 0);
        for (var change = 1; change <= Changes; change++)
        {
            var plan = HaproxyPlanner.Plan(s_options, Running(running, Text(change - 1)), Wanted(Text(change)));
            Assert.Equal(HaproxyStep.Change, plan.Step);
            var started = Stopwatch.GetTimestamp();
            host.Journal.Plan(plan);
            waited = TimeSpan.FromTicks(Math.Min(waited.Ticks, Stopwatch.GetElapsedTime(started).Ticks));
            await host.FlushAsync();
            written += Stopwatch.GetElapsedTime(started);
            running = plan.Text!.ToString();
            sizes.Add(new FileInfo(host.Options.File).Length);
        }

        using var output = new StringWriter();
        var replayed = await ReplaySlice.RunAsync(new ReplayRequest("-", IsJson: false), new MemoryStream(await host.BytesAsync()), output, TextWriter.Null, Cancel);

        Assert.Equal((0, $"{Changes} plans, {Changes} the same, 0 different\n"), (replayed, output.ToString()));
        Assert.InRange(sizes[0], 1, 1024 * 1024);
        Assert.InRange((sizes[^1] - sizes[0]) / (Changes - 1), 1, 64 * 1024);
        // The least: in the others, somebody else may have had the processor.
        Assert.InRange(waited, TimeSpan.Zero, TimeSpan.FromMilliseconds(2));
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"first {sizes[0]} bytes, then {(sizes[^1] - sizes[0]) / (Changes - 1)} each; waited {waited.TotalMilliseconds:0.000} ms at least, written in {written.TotalMilliseconds / Changes:0.0} ms each"));
    }

    // Each change gives another member another weight; those before keep theirs.
    private static string Text(int changed)
    {
        var text = new StringBuilder("global\n    stats socket /var/lib/octavia/lb1.sock mode 0666 level user\ndefaults\n    retries 3\nbackend pool\n    balance roundrobin\n");
        for (var member = 0; member < Members; member++)
        {
            // Spread over the whole text.
            var weight = member % 250 == 7 && member / 250 < changed ? 9 : 1;
            text.Append(CultureInfo.InvariantCulture, $"    server {Id(member)} 10.0.{member / 250}.{1 + (member % 250)}:80 weight {weight} check inter 5s fall 3 rise 2\n");
        }

        return text.ToString();
    }

    private static Guid Id(int member)
    {
        var bytes = new byte[16];
        new Random(member).NextBytes(bytes);
        return new Guid(bytes);
    }

    private static HaproxyRunning Running(string text, string uploaded)
    {
        var slotted = SlottedText.Parse(text);
        var isAugmented = text != uploaded;
        var config = isAugmented ? slotted : HaproxyAugment.Augment(text, AugmentFacts.Of(s_options, s_options.Paths("lb1")));
        return new HaproxyRunning
        {
            LoadBalancerId = "lb1",
            Uploaded = uploaded,
            Config = config.ToString(),
            Servers = ServerStates.Parse(States(config)).Value,
            LocalPeer = "me",
            Service = new ServiceState(Installed: true, Active: true, "running", 4711),
            FilesPresent = true,
        };
    }

    private static HaproxyWanted Wanted(string text) => new() { LoadBalancerId = "lb1", Config = text, LocalPeer = "me" };

    // As HAProxy says it of servers that are as their slots.
    private static string States(SlottedText config)
    {
        var states = new StringBuilder("1\n# be_id be_name srv_id srv_name srv_addr …\n");
        foreach (var backend in config.Backends)
        {
            foreach (var slot in backend.Slots)
            {
                states.Append(CultureInfo.InvariantCulture, $"3 {backend.Name} 1 {slot.Name} {slot.Server.Address} 2 {(slot.IsInMaintenance ? 1 : 0)} {slot.Weight} 1 100 1 0 3 0 0 0 0 - {slot.Server.Port} - 0 0 - - 0\n");
            }
        }

        return states.ToString();
    }
}

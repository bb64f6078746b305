// Which lines of a haproxy.cfg are slots, and whose; everything else stays as it is.
using Amphora.Agent.Haproxy.Augment;
using Amphora.Agent.Haproxy.Model;
using Amphora.Agent.Haproxy.Slots;
using Amphora.Contract;
using Amphora.Fixtures;
using Xunit;

namespace Amphora.Agent.Tests.Haproxy.Slots;

public sealed class SlottedTextTests
{
    public static TheoryData<string> Goldens =>
        [.. Directory.GetFiles(Path.Combine(Checkout.Top, "tests/golden/rendered"), "haproxy.cfg", SearchOption.AllDirectories).Select(path => Path.GetFileName(Path.GetDirectoryName(path)!))];

    [Theory]
    [MemberData(nameof(Goldens))]
    public void Every_member_of_our_templates_is_a_slot(string name)
    {
        var text = File.ReadAllText(Path.Combine(Checkout.Top, "tests/golden/rendered", name, "haproxy.cfg"));

        var slotted = SlottedText.Parse(text);

        Assert.Equal(HaproxyDocument.Parse(text).Lines.Count(line => line.StartsWith("server")), slotted.Backends.Sum(backend => backend.Slots.Count));
        Assert.All(slotted.Backends, backend => Assert.All(backend.Slots, slot => Assert.Equal((SlotUse.Member, slot.Name), (slot.Use, slot.MemberId))));
        Assert.Equal(slotted.ToString(), SlottedText.Parse(slotted.ToString()).ToString());
    }

    [Fact]
    public void A_backend_tells_how_it_chooses_servers()
    {
        var text = SlottedText.Parse("""
            frontend f
                balance source
            backend plain
                server a 10.0.0.1:80
            backend sticky
                balance leastconn
                server a 10.0.0.1:80
                server b some.where:80
                server c 10.0.0.2:80
            backend cookies
                balance source
                cookie SRV insert indirect nocache
            """);

        Assert.Equal(
            [("plain", "", false, 1), ("sticky", "leastconn", false, 2), ("cookies", "source", true, 0)],
            text.Backends.Select(backend => (backend.Name, backend.Balance, backend.HasCookie, backend.Slots.Count)));
    }

    [Theory]
    [InlineData("server m 10.0.0.1:80", SlotUse.Member, "m")]
    [InlineData("server m 10.0.0.1:80 # anything", SlotUse.Member, "m")]
    [InlineData("server slot-1 10.0.0.1:80 # member n", SlotUse.Member, "n")]
    [InlineData("server m 10.0.0.1:80 disabled # left by n", SlotUse.Left, "n")]
    [InlineData("server slot-1 10.0.0.1:80 disabled #free", SlotUse.Free, null)]
    public void The_comment_says_whose_a_slot_is(string line, object use, string? member)
    {
        var slot = Assert.Single(SlottedText.Parse($"backend b\n    {line}\n").Backend("b")!.Slots);

        Assert.Equal(((SlotUse)use, member), (slot.Use, slot.MemberId));
    }

    [Theory]
    [InlineData("server 'm' 10.0.0.1:80")]
    [InlineData(@"server m\  10.0.0.1:80")]
    [InlineData("server m 10.0.0.1:80 cookie 'a#b'")]
    [InlineData("server m 10.0.0.1:80 source 10.0.0.9")]
    [InlineData("server m 10.0.0.1:80 weight 257")]
    [InlineData("server m 10.0.0.1:80 port x")]
    [InlineData("server m 10.0.0.1:80 addr host.example")]
    [InlineData("server m host.example:80")]
    [InlineData("# server m 10.0.0.1:80")]
    public void A_line_that_could_not_be_written_again_is_a_line(string line)
    {
        var text = $"backend b\n    {line}\n";

        var slotted = SlottedText.Parse(text);

        Assert.Empty(slotted.Backend("b")!.Slots);
        Assert.Equal(text, slotted.ToString());
    }

    // HAProxy takes a line for a section's whatever blanks and quotes it is written with: a server below is of that section.
    [Theory]
    [InlineData("backend\vc")]
    [InlineData("'backend' c")]
    [InlineData("back\"end\" c # b")]
    [InlineData("listen c")]
    [InlineData("log-forward c")]
    public void A_server_is_of_the_section_that_HAProxy_takes_it_for(string header)
    {
        var text = SlottedText.Parse($"backend b\n    server m 10.0.0.1:80\n{header}\n    server n 10.0.0.2:80\n");

        Assert.Equal(["m"], text.Backend("b")!.Slots.Select(slot => slot.Name));
    }

    [Fact]
    public void Of_two_backends_of_a_name_the_second_is_lines()
    {
        var text = SlottedText.Parse("backend b\n    server m 10.0.0.1:80\nbackend b\n    server n 10.0.0.2:80\n");

        Assert.Equal(["m"], Assert.Single(text.Backends).Slots.Select(slot => slot.Name));
        Assert.Contains("\n    server n 10.0.0.2:80\n", text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_differs_is_told_with_its_section()
    {
        var text = SlottedText.Parse("global\n    daemon\nfrontend f\n    maxconn 5\nbackend b\n    server m 10.0.0.1:80\n");

        Assert.Null(text.FindDifference(SlottedText.Parse(text.ToString().Replace("10.0.0.1", "10.0.0.2", StringComparison.Ordinal))));
        Assert.Equal("frontend f: `maxconn 5` becomes `maxconn 6`", text.FindDifference(SlottedText.Parse(text.ToString().Replace("maxconn 5", "maxconn 6", StringComparison.Ordinal))));
        Assert.Equal("frontend f: `backend b` becomes `backend c`", text.FindDifference(SlottedText.Parse(text.ToString().Replace("backend b", "backend c", StringComparison.Ordinal))));
        Assert.Equal("`global` becomes the end", text.FindDifference(SlottedText.Parse("")));
    }

    [Fact]
    public void What_is_added_to_a_text_stands_where_HAProxy_reads_it()
    {
        var text = HaproxyAugment.Augment(
            "global\n    stats  socket /s level user\n    daemon\ndefaults # of all\n    retries 3\nbackend b\n    stick-table type ipv6 size 10k # a\n    stick-table type ipv6 size 10k srvkey name\n",
            new AugmentFacts("/a", "/tls", ServerSlots: 0, MemoryMiB: 1024, Threads: 2)).ToString();

        Assert.Equal(
            ["stats  socket /s level user", "stats socket /a mode 0600 level admin", "hard-stop-after", "mworker-max-reloads", "nbthread 2", "daemon"],
            text.Split('\n').Skip(1).Take(6).Select((line, index) => index is 2 or 3 ? line.Trim().Split(' ')[0] : line.Trim()));
        Assert.Contains("defaults # of all\n    option idle-close-on-response\n", text, StringComparison.Ordinal);
        Assert.Contains("size 10k srvkey addr # a\n", text, StringComparison.Ordinal);
        Assert.Contains("size 10k srvkey name\n", text, StringComparison.Ordinal);
    }
}

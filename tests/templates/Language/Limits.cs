// No template runs away: not with time, not with memory, not with the stack.
using System.Diagnostics;
using Amphora.Templates.Language;
using Xunit;
using static Amphora.Templates.Tests.Language.Rendered;

namespace Amphora.Templates.Tests.Language;

public sealed class Limits
{
    [Theory]
    [InlineData("{{ while true; end }}", "run more than")]
    [InlineData("{{ for a in 1..2000000000; end }}", "run more than")]
    [InlineData("{{ for a in 1..3000; for b in 1..3000; end; end }}", "run more than")]
    [InlineData("{{ 1..9000000000000000000 }}", "too long")]
    [InlineData("{{ x = 'x'; while true; x = x + x; end }}", "beyond the limit")]
    [InlineData("{{ for a in 1..100000; '0123456789012345678901234567890123456789012345678901234567890123456789'; end }}", "beyond the limit")]
    [InlineData("{{ 1..2000000000 | array.join ',' }}", "cannot take a list")]
    [InlineData("{{ include 'test.sbn' }}", "levels deep")]
    [InlineData("{{ func f; f; end; f }}", "levels deep")]
    [InlineData("{{ func f; ret 1 + (f); end; f }}", "levels deep")]
    [InlineData("{{ func f; capture x; f; end; end; f }}", "levels deep")]
    public void A_runaway_template_is_stopped(string template, string reason)
    {
        var clock = Stopwatch.StartNew();

        var error = Assert.Throws<TemplateException>(() =>
            Render(template, limits: new RenderLimits { OutputLength = 4 * 1024 * 1024 }));

        Assert.Contains(reason, error.Sentence, StringComparison.Ordinal);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Theory]
    [InlineData("{{ ", "(", "1", ")", " }}")]
    [InlineData("{{ ", "[", "1", "]", " | array.size }}")]
    [InlineData("{{ ", "!", "1", "", " }}")]
    [InlineData("{{ ", "1 + ", "1", "", " }}")]
    [InlineData("{{ 1", "", "", " | math.abs", " }}")]
    [InlineData("{{ a", "", "", "?.a", " }}")]
    [InlineData("", "{{ if true }}", "", "{{ end }}", "")]
    [InlineData("{{ ", "true ? 1 : ", "1", "", " }}")]
    public void Nesting_is_limited_before_it_exhausts_the_stack(string start, string open, string middle, string close, string end)
    {
        string Nested(int depth) => start + string.Concat(Enumerable.Repeat(open, depth)) + middle + string.Concat(Enumerable.Repeat(close, depth)) + end;

        Assert.NotNull(Text(Nested(40)));

        var error = Assert.Throws<TemplateException>(() => Template.Parse("test.sbn", Nested(100_000)));
        Assert.Contains("levels deep", error.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void The_deepest_template_that_is_allowed_also_runs_in_a_small_stack()
    {
        var body = string.Concat(Enumerable.Repeat("{{ if true }}", 90)) + "{{ include 'test.sbn' }}" + string.Concat(Enumerable.Repeat("{{ end }}", 90));
        Exception? error = null;
        var thread = new Thread(() => error = Record.Exception(() => Render(body)), 512 * 1024);

        thread.Start();
        thread.Join();

        Assert.IsType<TemplateException>(error);
    }
}

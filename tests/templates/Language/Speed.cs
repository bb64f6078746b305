// Rendering is a small part of a big PUT: 100 listeners with 2,000 members.
using System.Globalization;
using Amphora.Templates.Encoding;
using Amphora.Templates.Language;
using Xunit;

namespace Amphora.Templates.Tests.Language;

public sealed class Speed
{
    private const string Source = """
        {{~ for l in listeners ~}}
        frontend {{ l.id }}
          maxconn {{ l.connection_limit ?? 50000 }}
          bind {{ l.address }}:{{ l.port }}
          mode {{ l.protocol == 'HTTP' || l.protocol == 'TERMINATED_HTTPS' ? 'http' : 'tcp' }}
          default_backend {{ l.pool.id }}:{{ l.id }}
        backend {{ l.pool.id }}:{{ l.id }}
          balance {{ l.pool.balance }}
        {{~ for m in l.pool.members ~}}
          server {{ m.id }} {{ m.address }}:{{ m.port }} weight {{ m.weight }}{{ if m.check }} check inter {{ m.delay }}s{{ end }}{{ if m.backup }} backup{{ end }}{{ if !m.up }} disabled{{ end }}
        {{~ end ~}}
        {{~ end ~}}
        """;

    [Fact]
    public void A_hundred_listeners_with_two_thousand_members_render_in_milliseconds()
    {
        var model = new TemplateRecord("") { { "listeners", Enumerable.Range(0, 100).Select(Listener).ToArray() } };
        var set = TemplateSet.Of(Template.Parse("speed.sbn", Source));
        var length = Renderer.Render(set, "speed.sbn", model, HaproxyEncoder.Instance).Text!.Length;

        var parse = Average(100, () => Template.Parse("speed.sbn", Source));
        Average(100, () => Renderer.Render(set, "speed.sbn", model, HaproxyEncoder.Instance));
        var render = Average(100, () => Renderer.Render(set, "speed.sbn", model, HaproxyEncoder.Instance));

        TestContext.Current.TestOutputHelper!.WriteLine($"{length} characters: parse {parse.TotalMilliseconds:F2} ms, render {render.TotalMilliseconds:F2} ms");
        Assert.InRange(length, 150_000, 300_000);
        Assert.InRange(parse, TimeSpan.Zero, TimeSpan.FromMilliseconds(5));
        Assert.InRange(render, TimeSpan.Zero, TimeSpan.FromMilliseconds(30));
    }

    private static TimeSpan Average(int count, Action action)
    {
        var start = CpuTime();
        for (var i = 0; i < count; i++)
        {
            action();
        }

        return (CpuTime() - start) / count;
    }

    // Of this thread, because what the clock on the wall says depends on the other tests; counted in ticks of some milliseconds, so
    // only many runs together can be measured. proc(5): the first number is nanoseconds on a CPU.
    private static TimeSpan CpuTime() => TimeSpan.FromTicks(
        long.Parse(File.ReadAllText("/proc/thread-self/schedstat").Split(' ')[0], CultureInfo.InvariantCulture) / TimeSpan.NanosecondsPerTick);

    private static TemplateRecord Listener(int index) => new($"/listeners/{index}")
    {
        { "id", $"00000000-0000-4000-8000-{index:D12}" },
        { "connection_limit", index % 2 == 0 ? null : 2000L },
        { "address", "10.0.0.1" },
        { "port", 8000L + index },
        { "protocol", "HTTP" },
        {
            "pool", new TemplateRecord($"/pools/{index}")
            {
                { "id", $"00000000-0000-4000-9000-{index:D12}" },
                { "balance", "roundrobin" },
                { "members", Enumerable.Range(0, 20).Select(member => Member(index, member)).ToArray() },
            }
        },
    };

    private static TemplateRecord Member(int pool, int index) => new($"/pools/{pool}/members/{index}")
    {
        { "id", $"00000000-0000-4000-a{index:D3}-{pool:D12}" },
        { "address", $"10.1.{pool}.{index}" },
        { "port", 80L },
        { "weight", 1L },
        { "check", true },
        { "delay", 5L },
        { "backup", index == 19 },
        { "up", true },
    };
}

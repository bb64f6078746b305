// How long rendering takes: printed, not asserted (the machine decides).
using System.Diagnostics;
using Amphora.Contract;
using Amphora.Contract.DesiredState;
using Amphora.Templates.Language;
using Amphora.Templates.Rendering;

namespace Amphora.Templates.Tests.Rendering;

public sealed class Speed
{
    [Fact]
    public void A_hundred_listeners_with_two_thousand_members_are_rendered()
    {
        var document = Big(listeners: 100, members: 20);
        var renderer = new LoadBalancerRenderer(TemplateSet.Load(null));
        var times = new List<double>();

        for (var i = 0; i < 10; i++)
        {
            var watch = Stopwatch.StartNew();
            Assert.Empty(renderer.Render(document, new HostFacts()).Faults);
            times.Add(watch.Elapsed.TotalMilliseconds);
        }

        var text = renderer.Render(document, new HostFacts()).Files!.HaproxyConfig!;
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{text.Length} characters; first {times[0]:F1} ms, then {times.Skip(1).Min():F1} to {times.Skip(1).Max():F1} ms");
        Assert.Equal(2000, HaproxyText.Parse(text).Sections.Sum(section => section.Words.Count(words => words[0] == "server")));
    }

    private static DesiredStateDocument Big(int listeners, int members)
    {
        var document = Documents.Http().Monitor(HealthMonitorType.Http);
        var (listener, pool) = (document.LoadBalancer.Listeners[0], document.LoadBalancer.Pools[0]);
        var pools = Enumerable.Range(0, listeners).Select(i => pool with
        {
            Id = Guid.NewGuid(),
            Members = [.. Enumerable.Range(0, members).Select(k => Documents.Member(Guid.NewGuid(), $"10.0.{i}.{k}"))],
        }).ToValueList();
        return document.LoadBalancer(b => b with
        {
            Pools = pools,
            Listeners = [.. pools.Select((p, i) => listener with { Id = Guid.NewGuid(), ProtocolPort = 1000 + i, DefaultPoolId = p.Id })],
        });
    }
}

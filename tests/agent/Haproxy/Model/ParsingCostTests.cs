// Reading a configuration of 5,000 servers is a small part of an apply: what it allocates, which no busy machine changes.
using System.Globalization;
using System.Text;
using Amphora.Agent.Haproxy.Model;
using Amphora.Agent.Haproxy.Slots;
using Xunit;

namespace Amphora.Agent.Tests.Haproxy.Model;

public sealed class ParsingCostTests
{
    private const int Servers = 5000;

    [Fact]
    public void Reading_allocates_less_than_the_text_takes_and_twice_as_much_for_twice_the_text()
    {
        string half = Large(Servers / 2), whole = Large(Servers);

        long costOfHalf = Allocated(half), costOfWhole = Allocated(whole);

        Assert.InRange(costOfWhole, 1, whole.Length * sizeof(char));
        Assert.InRange((double)costOfWhole / costOfHalf, 1.8, 2.2);
        Assert.Equal(Servers, SlottedText.Parse(whole).Backends.Sum(backend => backend.Slots.Count));
    }

    private static long Allocated(string text)
    {
        HaproxyDocument.Parse(text);
        var before = GC.GetAllocatedBytesForCurrentThread();
        HaproxyDocument.Parse(text);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static string Large(int servers)
    {
        var text = new StringBuilder("global\n    daemon\n");
        for (var i = 0; i < servers; i++)
        {
            if (i % 50 == 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"\nbackend 1c1c1c1c-0000-4000-8000-{i:x12}:2c2c2c2c-0000-4000-8000-{i:x12}\n    mode http\n    balance roundrobin\n");
            }

            text.Append(CultureInfo.InvariantCulture, $"    server 3c3c3c3c-0000-4000-8000-{i:x12} 10.0.{i / 250}.{i % 250}:8080 weight 10 check inter 5s fall 3 rise 2 cookie 3c3c3c3c-0000-4000-8000-{i:x12}\n");
        }

        return text.ToString();
    }
}

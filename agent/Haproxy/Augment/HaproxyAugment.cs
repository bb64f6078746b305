// From the text that came to the text HAProxy runs. Pure.
using System.Globalization;
using System.Text;
using Amphora.Agent.Haproxy.Model;
using Amphora.Agent.Haproxy.Slots;
using Amphora.Agent.Haproxy.Tls;
using Amphora.Contract;

namespace Amphora.Agent.Haproxy.Augment;

/// <summary>Adds lines that make changes hitless, takes none away, and gives certificate files names that stay.</summary>
internal static class HaproxyAugment
{
    private const string Spare = "slot-";

    // HAProxy counts the processors it may run on, and knows no quota of its control group.
    private const string Threads = "nbthread ";

    // roundrobin has no room for more in a backend (manual, `balance`).
    private const int MostServers = 4095;

    /// <summary>The text for a new process.</summary>
    public static SlottedText Augment(string uploaded, AugmentFacts facts)
    {
        var text = SlottedText.Parse(Lines(TlsReferences.Replace(uploaded, facts.TlsDirectory), facts));
        foreach (var backend in text.Backends)
        {
            if (backend.CanHaveSpares)
            {
                text = text.WithMore(backend.Name, Spares(backend, facts.ServerSlots));
            }
        }

        return text;
    }

    private static string Lines(string uploaded, AugmentFacts facts)
    {
        var text = new StringBuilder(uploaded.Length + 1024);
        foreach (var section in HaproxyDocument.Parse(uploaded).Sections)
        {
            var awaitsSocket = section.Keyword == "global";
            foreach (var line in section.Lines)
            {
                // Entries name a place and not a server, whose line may go to another member.
                var needsKey = line.StartsWith("stick-table") && !line.Contains("srvkey");
                text.Append(line.Raw[..line.EndOfWords]).Append(needsKey ? " srvkey addr" : "").Append(line.Raw[line.EndOfWords..]);
                if (section.IsHeader(line))
                {
                    text.Append(section.Keyword == "defaults" ? Defaults() : "");
                }
                else if (awaitsSocket && line.StartsWith("stats", "socket"))
                {
                    // Behind the one that came: that is the one everybody else asks.
                    text.Append(Global(facts)).Append(uploaded.Contains(Threads, StringComparison.Ordinal) ? "" : $"    {Threads}{facts.Threads}\n");
                    awaitsSocket = false;
                }
            }
        }

        return text.ToString();
    }

    private static string Global(AugmentFacts facts) => string.Create(CultureInfo.InvariantCulture, $"""
            stats socket {facts.AdminSocket} mode 0600 level admin
            hard-stop-after {facts.HardStop.TotalHours:0}h
            mworker-max-reloads {facts.MaxReloads}

        """);

    // A worker that ends goes on with a keep-alive connection until it is idle, so that no request meets a closed one (manual 4.2).
    private static string Defaults() => "    option idle-close-on-response\n";

    private static ValueList<Slot> Spares(SlottedBackend backend, int count)
    {
        // Like most members are: those may differ in what cannot be set.
        var like = backend.Slots.GroupBy(static slot => slot.FixedOptions).MaxBy(static group => group.Count())!.First().Server;
        var names = backend.Slots.Select(static slot => slot.Name).ToHashSet(StringComparer.Ordinal);
        return Enumerable.Range(1, int.MaxValue)
            .Select(static number => string.Create(CultureInfo.InvariantCulture, $"{Spare}{number}"))
            .Where(name => !names.Contains(name))
            .Take(Math.Min(count, MostServers - names.Count))
            .Select(name => Slot.Spare(name, like))
            .ToValueList();
    }
}

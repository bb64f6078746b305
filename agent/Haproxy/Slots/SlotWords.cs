// How two server lines differ, for people.
namespace Amphora.Agent.Haproxy.Slots;

/// <summary>Words for changes of a slot.</summary>
internal static class SlotWords
{
    /// <summary>What the second one has and the first one has not, and the other way round.</summary>
    public static string Difference(Slot before, Slot after)
    {
        var (gone, come) = (Words(before), Words(after));
        var lost = gone.Except(come).ToList();
        var gained = come.Except(gone).ToList();
        return string.Join(", ", [.. lost.Select(static word => "without " + word), .. gained]);
    }

    private static List<string> Words(Slot slot) =>
        [slot.Server.AddressText + ":" + slot.Server.Port, .. slot.Server.Options.Select(static option => option.ToString())];
}

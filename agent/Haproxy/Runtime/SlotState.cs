// How a server is, against how its slot says it shall be; and the commands between the two. Pure.
using System.Globalization;
using Amphora.Agent.Haproxy.Slots;
using Amphora.Contract;

namespace Amphora.Agent.Haproxy.Runtime;

/// <summary>One server that is not as its slot says.</summary>
/// <param name="Backend">Its backend.</param>
/// <param name="Server">HAProxy's name of it.</param>
/// <param name="MemberId">Whose it is or was; null: nobody's.</param>
/// <param name="Words">What is different, for people: as it is and as it shall be.</param>
/// <param name="Commands">What brings it there (HAProxy management guide §9.3, <c>set server</c>); none: nothing does, as there is no such server.</param>
internal sealed record SlotDifference(string Backend, string Server, string? MemberId, string Words, ValueList<string> Commands)
{
    /// <inheritdoc/>
    public override string ToString() => $"server {Server} of backend {Backend}: {Words}";
}

/// <summary>Compares; an empty answer is the proof that the running servers are those of the text.</summary>
internal static class SlotState
{
    /// <summary>Every server that is not as the text says.</summary>
    public static ValueList<SlotDifference> Compare(SlottedText text, ServerStates states)
    {
        var found = new List<SlotDifference>();
        foreach (var backend in text.Backends)
        {
            foreach (var slot in backend.Slots)
            {
                if (states.Find(backend.Name, slot.Name) is not { } state)
                {
                    found.Add(new SlotDifference(backend.Name, slot.Name, slot.MemberId, "HAProxy has no such server", []));
                }
                else if (Words(slot, state) is { Count: > 0 } words)
                {
                    found.Add(new SlotDifference(backend.Name, slot.Name, slot.MemberId, string.Join(", ", words), Commands(backend.Name, slot, state)));
                }
            }
        }

        return found.ToValueList();
    }

    private static List<string>? Words(Slot slot, ServerState state)
    {
        if (IsAsWanted(slot, state))
        {
            return null;
        }

        List<string>? words = null;
        Add(state.IsInMaintenance != slot.IsInMaintenance, $"{(state.IsInMaintenance ? "in maintenance, shall serve" : "serves, shall be in maintenance")}");
        Add(!slot.IsInMaintenance && !state.IsInMaintenance && state.IsDraining, $"drains, shall serve");
        if (slot.Use == SlotUse.Member)
        {
            Add(HasMoved(slot, state), $"at {state.Address}:{state.Port}, shall be at {slot.Server.Address}:{slot.Server.Port}");
            Add(state.Weight != slot.Weight, $"weight {state.Weight}, shall be {slot.Weight}");
            Add(state.CheckPort != slot.CheckPort, $"check port {state.CheckPort}, shall be {slot.CheckPort}");
            Add(!Equals(state.CheckAddress, slot.CheckAddress), $"check address {state.CheckAddress}, shall be {slot.CheckAddress}");
        }

        return words;

        void Add(bool isDifferent, FormattableString difference)
        {
            if (isDifferent)
            {
                (words ??= []).Add(difference.ToString(CultureInfo.InvariantCulture));
            }
        }
    }

    // Where nobody is sent to does not matter, and changes with the next member. A disabled member keeps its place.
    private static bool IsAsWanted(Slot slot, ServerState state) => state.IsInMaintenance == slot.IsInMaintenance && (slot.IsInMaintenance || !state.IsDraining)
        && (slot.Use != SlotUse.Member
            || (!HasMoved(slot, state) && state.Weight == slot.Weight && state.CheckPort == slot.CheckPort && Equals(state.CheckAddress, slot.CheckAddress)));

    private static bool HasMoved(Slot slot, ServerState state) => !slot.Server.Address.Equals(state.Address) || slot.Server.Port != state.Port;

    private static ValueList<string> Commands(string backend, Slot slot, ServerState state)
    {
        var server = $"set server {backend}/{slot.Name}";
        var moves = slot.Use == SlotUse.Member && HasMoved(slot, state);
        // Leaving closes idle connections to the place before; else they would be used for the new one.
        var leaves = moves && !state.IsInMaintenance;
        var isWrong = slot.IsInMaintenance ? !state.IsInMaintenance && !leaves : state.IsInMaintenance || state.IsDraining || leaves;
        return
        [
            .. leaves ? [$"{server} state maint"] : Array.Empty<string>(),
            .. moves ? [$"{server} addr {slot.Server.Address} port {slot.Server.Port}"] : Array.Empty<string>(),
            .. slot.Use == SlotUse.Member ? Settings(server, slot, state) : [],
            .. isWrong ? [$"{server} state {(slot.IsInMaintenance ? "maint" : "ready")}"] : Array.Empty<string>(),
        ];
    }

    private static IEnumerable<string> Settings(string server, Slot slot, ServerState state)
    {
        if (state.Weight != slot.Weight)
        {
            yield return $"{server} weight {slot.Weight}";
        }

        if (slot.CheckAddress is { } address && !address.Equals(state.CheckAddress))
        {
            yield return $"{server} check-addr {address}";
        }

        if (slot.CheckPort != 0 && state.CheckPort != slot.CheckPort)
        {
            yield return $"{server} check-port {slot.CheckPort}";
        }
    }
}

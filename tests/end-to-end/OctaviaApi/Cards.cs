// Network cards that appear while the agent runs.
using Amphora.Fixtures.Programs;

namespace Amphora.EndToEnd.Tests.OctaviaApi;

/// <summary>Two cards that are in the agent's root namespace, on one network.</summary>
/// <param name="VipMac">Of the VIP port.</param>
/// <param name="MemberMac">Of the member port.</param>
internal sealed record Cards(string VipMac, string MemberMac)
{
    /// <summary>What Nova does: cards appear, down and without addresses; their cables end where they are.</summary>
    /// <param name="root">The agent's root namespace.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<Cards> HotPlugAsync(string root, CancellationToken cancellationToken)
    {
        Cards cards = new(Mac(), Mac());
        await Command.OutputAsync(
            ["ip", "-n", root, "-batch", "-"],
            cancellationToken,
            $"""
            link add ens90 address {cards.VipMac} type veth peer name cable90
            link add ens91 address {cards.MemberMac} type veth peer name cable91
            link set cable90 up
            link set cable91 up

            """);
        return cards;
    }

    // A letter at least: there are rows about its case.
    private static string Mac() => $"02:fa:{string.Join(':', Guid.NewGuid().ToString("N")[..8].Chunk(2).Select(pair => new string(pair)))}";
}

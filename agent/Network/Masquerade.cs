// NAT for UDP and SCTP, no connection tracking for TCP: what lvs-masquerade.sh does (appliance-layout §8), declared as a whole.
using System.Text;
using System.Text.RegularExpressions;
using Amphora.Agent.Network.Files;
using Amphora.Agent.Network.Firewall;
using Amphora.Contract;

namespace Amphora.Agent.Network;

/// <summary>Replaces the two tables in one nftables transaction, so that rules never pile up and never miss.</summary>
internal static partial class Masquerade
{
    /// <summary>Makes the tables match these interfaces.</summary>
    public static Task<Failure?> ApplyAsync(NetworkOptions options, IReadOnlyList<InterfaceFile> files) =>
        Nft.LoadAsync(options, $"masquerade in {options.Namespace}", Render(files));

    /// <summary>The nft script; pure.</summary>
    public static string Render(IReadOnlyList<InterfaceFile> files)
    {
        var script = new StringBuilder();
        Table(script, "ip", "octavia-ipv4", [.. files.Where(file => HasFamily(file, "ipv4"))]);
        Table(script, "ip6", "octavia-ipv6", [.. files.Where(file => HasFamily(file, "ipv6"))]);
        return script.ToString();
    }

    // Declared, deleted, declared again: deleting a table that is not there would be an error.
    private static void Table(StringBuilder script, string family, string name, IReadOnlyList<InterfaceFile> files)
    {
        script.Append($"table {family} {name} {{}}\ndelete table {family} {name}\n");
        if (files.Count == 0)
        {
            return;
        }

        var all = Names(files);
        var tracked = Names(files.Where(file => file.IsSriov != true));
        script.Append($"table {family} {name} {{\n");
        Chain(script, $"{family}-udp-masq", "nat", "postrouting", 100, $"oifname {all} meta l4proto udp masquerade");
        Chain(script, $"{family}-sctp-masq", "nat", "postrouting", 100, $"oifname {all} meta l4proto sctp masquerade");
        if (tracked is not null)
        {
            Chain(script, "prerouting", "filter", "prerouting", -300, $"iifname {tracked} meta l4proto tcp notrack");
            Chain(script, "output", "filter", "output", -300, $"oifname {tracked} meta l4proto tcp notrack");
        }

        script.Append("}\n");
    }

    private static void Chain(StringBuilder script, string name, string type, string hook, int priority, string rule) =>
        script.Append($"  chain {name} {{\n    type {type} hook {hook} priority {priority}; policy accept;\n    {rule}\n  }}\n");

    // A set of quoted names; null when there is none. The kernel allows more in a name than nft does: such a link gets no rules.
    private static string? Names(IEnumerable<InterfaceFile> files)
    {
        var names = files.Select(file => file.Name).Where(name => PlainName().IsMatch(name)).Order(StringComparer.Ordinal).ToList();
        return names.Count == 0 ? null : $"{{ {string.Join(", ", names.Select(name => $"\"{name}\""))} }}";
    }

    private static bool HasFamily(InterfaceFile file, string family) =>
        PlainName().IsMatch(file.Name)
        && file.Scripts.Up.Any(script => script.Command.Contains($" add {family} ", StringComparison.Ordinal));

    [GeneratedRegex(@"\A[A-Za-z0-9_.-]{1,15}\z")]
    private static partial Regex PlainName();
}

// Words of the vm commands: names, cards, ports.
using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using Amphora.Controller.Drivers.Compute.Qemu;

namespace Amphora.Controller.Cli.Vms;

/// <summary>Reads them.</summary>
internal static partial class VmWords
{
    /// <summary>How a card is written.</summary>
    public const string NicForm = "MAC[,bridge=NAME][,tap=NAME]";

    /// <summary>What is wrong with one that is not.</summary>
    public const string NicRule = NicForm + " is needed: a unicast MAC address, names of at most 15 letters, digits, '.', '_' and '-'";

    /// <summary>A machine's name.</summary>
    public static bool Name(string word, out string value) => MachineName().IsMatch(value = word);

    /// <summary>A card.</summary>
    public static bool Nic(string word, out WantedNic value)
    {
        var parts = word.Split(',');
        var (bridge, tap) = ((string?)null, (string?)null);
        var ok = CommandOptions.Mac(parts[0], out var mac)
            // The lowest bit of the first byte marks a group (IEEE 802).
            && (byte.Parse(mac.AsSpan(0, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & 1) == 0;
        foreach (var part in parts.Skip(1))
        {
            var name = part[(part.IndexOf('=', StringComparison.Ordinal) + 1)..];
            ok &= LinkName().IsMatch(name);
            switch (part[..^name.Length])
            {
                case "bridge=" when bridge is null:
                    bridge = name;
                    break;
                case "tap=" when tap is null:
                    tap = name;
                    break;
                default:
                    ok = false;
                    break;
            }
        }

        value = new WantedNic(mac, bridge, tap);
        return ok;
    }

    /// <summary><c>--network-namespace</c>.</summary>
    public static Option<string> NetworkNamespace() => CommandOptions.One<string>(
        "--network-namespace", "NAME", "Where its taps and its port are; without: this one.", "the name of a network namespace is needed", (string word, out string value) => SpaceName().IsMatch(value = word));

    /// <summary><c>--port</c>.</summary>
    public static Option<int> Port() => CommandOptions.Number("--port", "PORT", "Port of 127.0.0.1 for the agent; without: a free one.", 0, 1, ushort.MaxValue);

    /// <summary><c>--accelerator</c>.</summary>
    public static Option<VmAccelerator> Accelerator() => CommandOptions.One<VmAccelerator>(
        "--accelerator", "tcg|kvm", "What executes virtual machines (tcg: software).", "tcg or kvm is needed", (string word, out VmAccelerator value) =>
        {
            value = word == "kvm" ? VmAccelerator.Kvm : VmAccelerator.Tcg;
            return word is "tcg" or "kvm";
        });

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9-]{0,39}\z")]
    private static partial Regex MachineName();

    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9._-]{0,14}\z")]
    private static partial Regex LinkName();

    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9._-]{0,99}\z")]
    private static partial Regex SpaceName();
}

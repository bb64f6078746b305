// /proc/sys/net of a network namespace.
using Amphora.Linux.Files;
using Amphora.Linux.Namespaces;

namespace Amphora.Agent.Network;

/// <summary>Kernel settings; their files show those of the namespace of the thread that opens them.</summary>
internal static class Sysctl
{
    private const string Root = "/proc/sys/";

    /// <summary>2: also while forwarding.</summary>
    public static string AcceptRouterAdvertisements(string interfaceName) => $"net/ipv6/conf/{interfaceName}/accept_ra";

    /// <summary>1: addresses are made from the prefixes routers advertise.</summary>
    public static string Autoconf(string interfaceName) => $"net/ipv6/conf/{interfaceName}/autoconf";

    /// <summary>The value; null when the kernel has no such setting (a module that is not loaded).</summary>
    public static string? Read(string? networkNamespace, string key) => NetworkNamespace.Run(networkNamespace, () => OptionalFile.ReadText(Root + key)?.Trim());

    /// <summary>Sets a value; false when it was so already.</summary>
    /// <exception cref="IOException">The kernel refused, or has no such setting.</exception>
    /// <exception cref="UnauthorizedAccessException">Read-only here.</exception>
    public static bool Write(string? networkNamespace, string key, string value) =>
        NetworkNamespace.Run(networkNamespace, () => WriteHere(key, value));

    /// <summary>Sets values in one visit of the namespace; one that cannot be set is reported and left.</summary>
    /// <param name="networkNamespace">The namespace.</param>
    /// <param name="settings">The values.</param>
    /// <param name="failed">Told key, value, and why the kernel refuses it; null: the kernel does not have it.</param>
    public static void WriteAll(string networkNamespace, IEnumerable<(string Key, string Value)> settings, Action<string, string, string?> failed) =>
        NetworkNamespace.Run(networkNamespace, () =>
        {
            foreach (var (key, value) in settings)
            {
                // A module that is not loaded is no exception; those are slow, and this happens at every start.
                if (!File.Exists(Root + key))
                {
                    failed(key, value, null);
                    continue;
                }

                try
                {
                    WriteHere(key, value);
                }
                catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
                {
                    failed(key, value, exception.Message);
                }
            }
        });

    private static bool WriteHere(string key, string value)
    {
        if (File.ReadAllText(Root + key).Trim() == value)
        {
            return false;
        }

        File.WriteAllText(Root + key, value);
        return true;
    }
}

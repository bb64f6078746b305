// Descriptors systemd hands to a service at its start: sd_listen_fds(3).
using System.Globalization;
using System.Net.Sockets;
using Amphora.Linux.Native;

namespace Amphora.Linux.SdBus;

/// <summary>Sockets of an earlier process of this service, kept by systemd's descriptor store in between.</summary>
/// <param name="Name">As it was stored with FDNAME=.</param>
/// <param name="Handle">The receiver's from now on.</param>
public sealed record InheritedDescriptor(string Name, SafeSocketHandle Handle);

/// <summary>Takes them over.</summary>
public static class InheritedDescriptors
{
    // SD_LISTEN_FDS_START
    private const int First = 3;

    /// <summary>Takes every descriptor that was handed to this process, closed on exec from now on. To be called once: twice would make
    /// two owners of each.</summary>
    public static IReadOnlyList<InheritedDescriptor> Take()
    {
        var names = Names(
            Environment.GetEnvironmentVariable("LISTEN_PID"),
            Environment.GetEnvironmentVariable("LISTEN_FDS"),
            Environment.GetEnvironmentVariable("LISTEN_FDNAMES"),
            Environment.ProcessId);
        var taken = new List<InheritedDescriptor>();
        for (var i = 0; i < names.Count; i++)
        {
            // One that is not open is nobody's.
            if (Libc.fcntl(First + i, Libc.F_SETFD, Libc.FD_CLOEXEC) == 0)
            {
                taken.Add(new InheritedDescriptor(names[i], new SafeSocketHandle(First + i, ownsHandle: true)));
            }
        }

        return taken;
    }

    /// <summary>What the variables say: the name of each descriptor from number 3 on; none when they are another process's.</summary>
    /// <param name="pid">$LISTEN_PID.</param>
    /// <param name="count">$LISTEN_FDS.</param>
    /// <param name="names">$LISTEN_FDNAMES, with colons between.</param>
    /// <param name="own">The number of this process.</param>
    public static IReadOnlyList<string> Names(string? pid, string? count, string? names, int own)
    {
        if (pid != own.ToString(CultureInfo.InvariantCulture) || !int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return [];
        }

        var words = names?.Split(':') ?? [];
        return [.. Enumerable.Range(0, number).Select(i => i < words.Length ? words[i] : "unknown")];
    }
}

// What a service tells systemd about itself: sd_notify(3).
using System.Runtime.InteropServices;
using Amphora.Linux.Native;

namespace Amphora.Linux.SdBus;

/// <summary>Messages to whoever set $NOTIFY_SOCKET; without it nothing is sent, and libsystemd is not loaded.</summary>
public static class SystemdNotification
{
    private static readonly bool IsWanted = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NOTIFY_SOCKET"));

    /// <summary>Sends a message.</summary>
    /// <param name="state">Lines <c>NAME=value</c>, as <c>READY=1</c>.</param>
    /// <exception cref="LinuxException">It could not be sent, or there is no libsystemd on this host.</exception>
    public static void Send(string state) => Send(state, null);

    /// <summary>Sends a message with a descriptor, as <c>FDSTORE=1</c> does.</summary>
    /// <param name="state">Lines <c>NAME=value</c>.</param>
    /// <param name="descriptor">It stays the caller's: systemd gets a copy. Null: none.</param>
    /// <exception cref="LinuxException">It could not be sent, or there is no libsystemd on this host.</exception>
    public static unsafe void Send(string state, SafeHandle? descriptor)
    {
        if (!IsWanted)
        {
            return;
        }

        try
        {
            var number = descriptor is null ? -1 : (int)descriptor.DangerousGetHandle();
            var result = LibSystemd.sd_pid_notify_with_fds(0, 0, state, &number, descriptor is null ? 0u : 1u);
            GC.KeepAlive(descriptor);
            if (result < 0)
            {
                throw new LinuxException($"tell systemd {state.Split('\n')[0]}", -result);
            }
        }
        catch (DllNotFoundException exception)
        {
            throw new LinuxException("load libsystemd.so.0", Libc.ENOENT, exception.Message);
        }
    }
}

// An error that came back over D-Bus.
using Amphora.Linux.Native;

namespace Amphora.Linux.SdBus;

/// <summary>A method call was answered with an error, as <c>org.freedesktop.systemd1.NoSuchUnit</c>.</summary>
/// <param name="call">The method and what it was about.</param>
/// <param name="errno">The error number sd-bus gives this error.</param>
/// <param name="name">Name of the D-Bus error.</param>
/// <param name="message">The words that came with it.</param>
public sealed class BusErrorException(string call, int errno, string name, string message) : LinuxException(call, errno, $"{name}: {message}")
{
    /// <summary>Name of the D-Bus error.</summary>
    public string ErrorName { get; } = name;
}

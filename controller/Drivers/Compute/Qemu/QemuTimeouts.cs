// How long anything about a machine may take.
namespace Amphora.Controller.Drivers.Compute.Qemu;

/// <summary>Limits; what waits for the guest's agent is the caller's to say.</summary>
internal static class QemuTimeouts
{
    /// <summary>From the start of qemu to the first answer of its QMP socket.</summary>
    public static readonly TimeSpan Start = TimeSpan.FromSeconds(30);

    /// <summary>One command of QMP.</summary>
    public static readonly TimeSpan Command = TimeSpan.FromSeconds(20);

    /// <summary>A look at a machine that may be busy with another client.</summary>
    public static readonly TimeSpan Look = TimeSpan.FromSeconds(2);

    /// <summary>Writing the memory of a machine to a file, or reading it.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromMinutes(5);

    /// <summary>The guest giving a card back.</summary>
    public static readonly TimeSpan Unplug = TimeSpan.FromSeconds(60);

    /// <summary>qemu ending after SIGKILL.</summary>
    public static readonly TimeSpan End = TimeSpan.FromSeconds(20);

    /// <summary>Another command that works on the same machine.</summary>
    public static readonly TimeSpan Lock = TimeSpan.FromSeconds(60);

    /// <summary>From one look to the next.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
}

// What gethostname(2) answers.
using System.Text;
using Amphora.Linux.Native;

namespace Amphora.Linux.Processes;

/// <summary>The name of the machine, or of the UTS namespace the caller is in.</summary>
public static unsafe class KernelName
{
    /// <summary>Sets it (sethostname(2)); needs CAP_SYS_ADMIN.</summary>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public static void Set(string name)
    {
        var bytes = Encoding.ASCII.GetBytes(name);
        fixed (byte* first = bytes)
        {
            Libc.Check(Libc.sethostname(first, (nuint)bytes.Length), $"set the host name {name}");
        }
    }
}

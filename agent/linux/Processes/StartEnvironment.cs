// Environment variables that only count when they are there before the program begins.
using System.Runtime.CompilerServices;
using Amphora.Linux.Native;

namespace Amphora.Linux.Processes;

/// <summary>Starts the running program once more, in the same process, with variables that the .NET runtime reads before Main.</summary>
public static class StartEnvironment
{
    /// <summary>Sets what is different and replaces the program by itself (execve(2): same process id, same arguments). Returns when
    /// nothing is different, when this is not a native binary (a test host must not be replaced), or when execve is refused.</summary>
    public static void Ensure(params ReadOnlySpan<(string Name, string Value)> variables)
    {
        var different = false;
        foreach (var (name, value) in variables)
        {
            if (Environment.GetEnvironmentVariable(name) != value)
            {
                different = true;
                _ = Libc.setenv(name, value, overwrite: 1);
            }
        }

        if (different && !RuntimeFeature.IsDynamicCodeSupported)
        {
            string[] arguments = File.ReadAllText("/proc/self/cmdline").TrimEnd('\0').Split('\0');
            _ = Libc.execv("/proc/self/exe", [.. arguments, null]);
        }

        // The runtime has read them; programs that this one starts have no use for them.
        foreach (var (name, _) in variables)
        {
            Environment.SetEnvironmentVariable(name, null);
        }
    }
}

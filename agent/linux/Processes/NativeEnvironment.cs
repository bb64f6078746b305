// The environment as the C libraries in this process see it.
using Amphora.Linux.Native;

namespace Amphora.Linux.Processes;

/// <summary>Sets variables for getenv(3). <see cref="Environment.SetEnvironmentVariable(string, string)"/> changes a copy of .NET's own, which no
/// C library ever looks at.</summary>
public static class NativeEnvironment
{
    /// <summary>Sets a variable. Call it before there are other threads: getenv(3) in one of them may see it half done.</summary>
    /// <exception cref="LinuxException">EINVAL for a name that is empty or has an equals sign.</exception>
    public static void Set(string name, string value) => Libc.Check(Libc.setenv(name, value, overwrite: 1), $"set the variable {name}");
}

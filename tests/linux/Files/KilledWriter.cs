// A second life of the test program: prepares a file and waits to be killed.
using System.Runtime.CompilerServices;
using Amphora.Linux.Files;

namespace Amphora.Linux.Tests.Files;

internal static class KilledWriter
{
    internal const string Variable = "AMPHORA_TEST_PREPARE";
    internal const string Prepared = "prepared";

    [ModuleInitializer]
    internal static void PrepareAndWait()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { } path)
        {
            _ = AtomicFile.PrepareText(path, "new", UnixFileMode.UserRead | UnixFileMode.UserWrite);
            Console.WriteLine(Prepared);
            Thread.Sleep(TimeSpan.FromMinutes(1));
            Environment.Exit(1);
        }
    }
}

// The environment as C code sees it.
using System.Runtime.InteropServices;
using Amphora.Linux.Processes;
using Xunit;

namespace Amphora.Linux.Tests.Processes;

public sealed class NativeEnvironmentTests
{
    [Fact]
    public void A_variable_that_is_set_is_seen_by_getenv()
    {
        const string Name = "AMPHORA_TEST_NATIVE_ENVIRONMENT";
        Environment.SetEnvironmentVariable(Name, "of .NET's copy");

        NativeEnvironment.Set(Name, "/dev/null");

        Assert.Equal("/dev/null", GetEnvironment(Name));
        Environment.SetEnvironmentVariable(Name, null);
    }

    [Fact]
    public void A_name_that_cannot_be_one_is_refused() =>
        Assert.Throws<Amphora.Linux.Native.LinuxException>(() => NativeEnvironment.Set("A=B", "c"));

    private static string? GetEnvironment(string name)
    {
        var getenv = Marshal.GetDelegateForFunctionPointer<GetEnv>(NativeLibrary.GetExport(NativeLibrary.GetMainProgramHandle(), "getenv"));
        var text = Marshal.StringToCoTaskMemUTF8(name);
        try
        {
            return Marshal.PtrToStringUTF8(getenv(text));
        }
        finally
        {
            Marshal.FreeCoTaskMem(text);
        }
    }

    private delegate nint GetEnv(nint name);
}

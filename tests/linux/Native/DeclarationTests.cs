// Every constant and structure we declare, compared with the C headers of this machine by a compiled C program.
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Amphora.Linux.Native;
using Xunit;

namespace Amphora.Linux.Tests.Native;

public sealed class DeclarationTests
{
    private const BindingFlags Declared = BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly string[] s_headers =
    [
        "errno.h", "fcntl.h", "sched.h", "signal.h", "spawn.h", "unistd.h", "poll.h", "sys/eventfd.h", "sys/file.h", "sys/mount.h", "sys/prctl.h", "sys/resource.h",
        "sys/socket.h", "sys/stat.h", "sys/syscall.h", "sys/time.h", "sys/types.h", "sys/un.h", "sys/vfs.h", "sys/wait.h", "net/if.h", "net/if_arp.h",
        "netinet/in.h", "netinet/icmp6.h", "linux/magic.h", "linux/netlink.h", "linux/rtnetlink.h",
        "linux/if_link.h", "linux/if_addr.h", "linux/if_ether.h", "linux/if_packet.h", "linux/fib_rules.h", "linux/veth.h",
    ];

    private static readonly Dictionary<Type, string> s_structures = new()
    {
        [typeof(Libc.StatX)] = "struct statx",
        [typeof(Libc.StatFs)] = "struct statfs",
        [typeof(Libc.TimeVal)] = "struct timeval",
        [typeof(Libc.SockAddrNetlink)] = "struct sockaddr_nl",
        [typeof(Libc.SockAddrLinkLayer)] = "struct sockaddr_ll",
        [typeof(Libc.PollDescriptor)] = "struct pollfd",
        [typeof(Libc.SpawnFileActions)] = "posix_spawn_file_actions_t",
        [typeof(Libc.SpawnAttributes)] = "posix_spawnattr_t",
        [typeof(Libc.SignalSet)] = "sigset_t",
        [typeof(Libc.ResourceLimit)] = "struct rlimit",
        [typeof(Libc.NlMsgHdr)] = "struct nlmsghdr",
        [typeof(Libc.NlAttr)] = "struct nlattr",
        [typeof(Libc.IfInfoMsg)] = "struct ifinfomsg",
        [typeof(Libc.IfAddrMsg)] = "struct ifaddrmsg",
        [typeof(Libc.IfaCacheTimes)] = "struct ifa_cacheinfo",
        [typeof(Libc.RtMsg)] = "struct rtmsg",
        [typeof(Libc.FibRuleHdr)] = "struct fib_rule_hdr",
    };

    [Fact]
    public void Every_constant_has_the_value_of_the_C_headers()
    {
        var constants = Constants().ToList();

        var compiled = RunC(constants.Select(constant => $"(unsigned long long){constant.Name}"));

        Assert.NotEmpty(constants);
        Assert.Equal(constants.Select(constant => (constant.Name, constant.Value)), constants.Zip(compiled, (constant, value) => (constant.Name, value)));
    }

    [Fact]
    public void Every_structure_has_the_size_and_offsets_of_the_C_headers()
    {
        var measured = s_structures.SelectMany(entry => Measure(entry.Key, entry.Value)).ToList();

        var compiled = RunC(measured.Select(entry => $"(unsigned long long){entry.Expression}"));

        Assert.Equal(measured, measured.Zip(compiled, (entry, value) => (entry.Expression, value)));
    }

    [Fact]
    public void Every_structure_is_compared()
    {
        var declared = typeof(Libc).GetNestedTypes(Declared).Where(type => type is { IsValueType: true, IsEnum: false } && !type.Name.StartsWith('<'));

        Assert.Empty(declared.Except(s_structures.Keys));
    }

    private static IEnumerable<(string Name, ulong Value)> Constants() =>
        from field in typeof(Libc).GetFields(Declared)
        where field.IsLiteral && !field.Name.Any(char.IsAsciiLetterLower)
        orderby field.Name
        select (field.Name, unchecked((ulong)Convert.ToInt64(Wide(field.GetRawConstantValue()!), CultureInfo.InvariantCulture)));

    private static object Wide(object value) => value is ulong number ? unchecked((long)number) : value;

    private static IEnumerable<(string Expression, ulong Value)> Measure(Type type, string name)
    {
        var size = (int)typeof(Unsafe).GetMethod(nameof(Unsafe.SizeOf))!.MakeGenericMethod(type).Invoke(null, null)!;
        yield return ($"sizeof({name})", (ulong)size);
        foreach (var field in type.GetFields(Declared).Where(field => field.IsAssembly))
        {
            yield return ($"offsetof({name}, {field.Name})", (ulong)Marshal.OffsetOf(type, field.Name));
        }
    }

    private static List<ulong> RunC(IEnumerable<string> expressions)
    {
        var folder = Directory.CreateTempSubdirectory("declarations-");
        try
        {
            var source = new StringBuilder("#define _GNU_SOURCE\n#include <stddef.h>\n#include <stdio.h>\n");
            source.AppendJoin("", s_headers.Select(header => $"#if __has_include(<{header}>)\n#include <{header}>\n#endif\n"));
            source.Append("int main(void) {\n");
            source.AppendJoin("", expressions.Select(expression => $"printf(\"%llu\\n\", {expression});\n"));
            source.Append("return 0; }\n");
            var (file, program) = (Path.Combine(folder.FullName, "declarations.c"), Path.Combine(folder.FullName, "declarations"));
            File.WriteAllText(file, source.ToString());
            Run("gcc", "-w", "-o", program, file);
            return [.. Run(program).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => ulong.Parse(line, CultureInfo.InvariantCulture))];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} failed: {error.Result}");
        return output;
    }
}

// What /proc and wait(2) say about a process.
using System.Globalization;
using Amphora.Linux.Native;

namespace Amphora.Linux.Processes;

/// <summary>Facts about processes by number. A number alone is never a process: <see cref="StartTime"/> with it is, within one boot.</summary>
public static class ProcessStatus
{
    /// <summary>Identifies this boot of the kernel.</summary>
    public static string BootId { get; } = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();

    /// <summary>Clock ticks from boot to the start of the process; null when there is none with that number.</summary>
    public static long? StartTime(int pid) => Fields(pid) is { } fields ? long.Parse(fields[19], CultureInfo.InvariantCulture) : null;

    /// <summary>True while it executes; false when it is gone or a zombie.</summary>
    public static bool Runs(int pid) => Fields(pid) is { } fields && fields[0] is not ("Z" or "X");

    /// <summary>Numbers of all processes there are.</summary>
    public static IEnumerable<int> All()
    {
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out var pid))
            {
                yield return pid;
            }
        }
    }

    /// <summary>Value of a variable in the environment the process was started with; null when it has none or is gone.</summary>
    public static string? Variable(int pid, string name)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/environ").Split('\0')
                .FirstOrDefault(entry => entry.StartsWith($"{name}=", StringComparison.Ordinal))?[(name.Length + 1)..];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Program and arguments it was started with; empty when it is gone, a zombie or the kernel's own.</summary>
    public static IReadOnlyList<string> CommandLine(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline").Split('\0', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Numbers of the children its main thread forked (proc(5), task/…/children); empty when it is gone.</summary>
    public static IReadOnlyList<int> Children(int pid)
    {
        try
        {
            var numbers = File.ReadAllText($"/proc/{pid}/task/{pid}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return Array.ConvertAll(numbers, static number => int.Parse(number, CultureInfo.InvariantCulture));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>True for the first process of its group, as every program started here is.</summary>
    public static bool LeadsGroup(int pid) => Group(pid) == pid;

    /// <summary>Takes note of the end of a process that was started here and let go of, so that the kernel forgets its number; any other is left alone.</summary>
    public static void Reap(int pid) => _ = Libc.waitpid(pid, out _, Libc.WNOHANG);

    /// <summary>The network namespace its main thread is in, as <c>net:[4026531840]</c>; null when it is gone, a zombie or not ours to look at.</summary>
    public static string? NetworkNamespaceOf(int pid)
    {
        try
        {
            return new FileInfo($"/proc/{pid}/ns/net").LinkTarget;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The process group it is in; null when it is gone.</summary>
    internal static int? Group(int pid) => Fields(pid) is { } fields ? int.Parse(fields[2], CultureInfo.InvariantCulture) : null;

    /// <summary>The exit code in a status of wait(2); 128 + n for signal n, as shells say it.</summary>
    internal static int ExitCode(int status) => (status & 0x7f) == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f);

    // proc(5): pid (comm) state ppid pgrp …; comm may contain blanks and parentheses. Index 0 is field 3, so field 22 is index 19.
    private static string[]? Fields(int pid)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{pid}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

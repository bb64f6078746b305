// Files in which daemons write their process id.
using System.Globalization;
using Amphora.Linux.Processes;

namespace Amphora.Agent.Services;

/// <summary>Reads them; one that cannot be read names nobody.</summary>
internal static class PidFile
{
    /// <summary>True when the file holds this process id.</summary>
    public static bool Names(string path, int pid) => Read(path) == pid;

    /// <summary>True when the file holds the id of a process that executes.</summary>
    public static bool NamesAProcess(string path) => Read(path) is { } pid && ProcessStatus.Runs(pid);

    /// <summary>True when the file's process is gone, or is one that was not told on its command line to write this file.</summary>
    public static bool NamesAStranger(string path) => Read(path) is not { } pid || !ProcessStatus.CommandLine(pid).Contains(path, StringComparer.Ordinal);

    private static int? Read(string path)
    {
        try
        {
            return int.TryParse(File.ReadAllText(path).AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

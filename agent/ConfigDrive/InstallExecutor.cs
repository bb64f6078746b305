// Writes the files: all of them are on disk under temporary names before the first one is replaced.
using Amphora.Linux.Files;

namespace Amphora.Agent.ConfigDrive;

/// <summary>Installs.</summary>
internal static class InstallExecutor
{
    /// <summary>Does the steps; files that are as they shall be are not touched.</summary>
    /// <returns>A line a file, for the log.</returns>
    public static IReadOnlyList<string> Execute(IReadOnlyList<InstallStep> steps)
    {
        var prepared = new List<PreparedFile>(steps.Count);
        try
        {
            foreach (var step in steps)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(step.Path)!);
                prepared.Add(AtomicFile.Prepare(step.Path, step.Content, step.Mode, step.Owner));
            }

            foreach (var file in prepared)
            {
                file.Commit();
            }

            return [.. prepared.Select(static file => $"{file.FilePath} {(file.Changed ? "installed" : "unchanged")}")];
        }
        finally
        {
            foreach (var file in prepared)
            {
                file.Dispose();
            }
        }
    }
}

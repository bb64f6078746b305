// Which certificate files a process has read, and what was in them.
using System.Security.Cryptography;
using System.Text;
using Amphora.Agent.Haproxy.Uploaded;

namespace Amphora.Agent.Haproxy;

/// <summary>A process goes on with what it has read. What is on the disk may be newer: a client of API 1.0 writes files at any time.</summary>
internal static class LoadedFiles
{
    private const string Missing = "-";

    /// <summary>A line <c>SHA-256 path</c> for every file that a configuration names, in order; empty: it names none.</summary>
    public static string Read(string config)
    {
        var text = new StringBuilder();
        foreach (var path in Names(config).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            text.Append(Digest(path)).Append(' ').Append(path).Append('\n');
        }

        return text.ToString();
    }

    private static IEnumerable<string> Names(string config)
    {
        foreach (var file in HaproxyText.Files(config))
        {
            yield return file.Path;
            foreach (var line in file.IsCrtList && File.Exists(file.Path) ? File.ReadAllLines(file.Path) : [])
            {
                if (line.Split([' ', '\t'], 2, StringSplitOptions.RemoveEmptyEntries) is [['/', ..] certificate, ..])
                {
                    yield return certificate;
                }
            }
        }
    }

    private static string Digest(string path)
    {
        try
        {
            return Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return Missing;
        }
    }
}

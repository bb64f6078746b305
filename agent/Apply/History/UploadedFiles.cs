// Which certificate files a haproxy.cfg that came as text counts on. Pure.
using System.Buffers;

namespace Amphora.Agent.Apply.History;

/// <summary>Finds names.</summary>
internal static class UploadedFiles
{
    private static readonly SearchValues<char> s_ends = SearchValues.Create(" \t\r\n\"'");

    /// <summary>Names of files in a directory that a text names, and that files it names (crt-lists) name in turn. A text that names the whole
    /// directory names every file in it.</summary>
    /// <param name="text">haproxy.cfg.</param>
    /// <param name="directory">The load balancer's directory of certificates.</param>
    /// <param name="all">The files in it.</param>
    /// <param name="read">Content of a file, as text; null: it is not there.</param>
    public static IReadOnlyCollection<string> Find(string text, string directory, IReadOnlyCollection<string> all, Func<string, string?> read)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        var texts = new Queue<string>([text]);
        while (texts.TryDequeue(out var next))
        {
            foreach (var name in Named(next, directory).SelectMany(name => name.Length == 0 ? all : [name]))
            {
                if (found.Add(name) && read(name) is { } content)
                {
                    texts.Enqueue(content);
                }
            }
        }

        return found;
    }

    // What stands behind "<directory>/" up to the next blank or quote; the directory itself is "".
    private static IEnumerable<string> Named(string text, string directory)
    {
        for (var at = text.IndexOf(directory, StringComparison.Ordinal); at >= 0; at = text.IndexOf(directory, at + 1, StringComparison.Ordinal))
        {
            var rest = text.AsSpan(at + directory.Length);
            var end = rest.IndexOfAny(s_ends);
            var name = (end < 0 ? rest : rest[..end]).ToString();
            if (name.Length == 0 || name == "/")
            {
                yield return "";
            }
            else if (name[0] == '/' && name.IndexOf('/', 1) < 0)
            {
                yield return name[1..];
            }
        }
    }
}

// Where a configuration names certificate files, and the names it gets in their place. Pure.
using System.Globalization;
using System.Text;
using Amphora.Agent.Haproxy.Model;
using Amphora.Contract;

namespace Amphora.Agent.Haproxy.Tls;

/// <summary>A file that a frontend or backend names.</summary>
/// <param name="Name">The name it gets: section, word, and a number when the section names several files with the word.</param>
/// <param name="Word"><c>crt</c>, <c>crt-list</c>, <c>ca-file</c> or <c>crl-file</c> (manual 5.1 and 5.2).</param>
/// <param name="Path">The file.</param>
internal sealed record TlsReference(string Name, string Word, string Path)
{
    /// <summary>True when the file names other files.</summary>
    public bool IsList => Word == TlsReferences.List;
}

/// <summary>Looks at <c>bind</c>, <c>server</c> and <c>default-server</c> lines. A path that is quoted, relative or a directory stays as it is: nothing of it can be changed
/// while HAProxy runs.</summary>
internal static class TlsReferences
{
    /// <summary>The word before a crt-list.</summary>
    public const string List = "crt-list";

    /// <summary>What the names of files end with that are no lists.</summary>
    public const string Ending = ".pem";

    private static readonly string[] s_words = ["crt", List, "ca-file", "crl-file"];

    /// <summary>The files, each once a section and word, in the order of the text.</summary>
    public static ValueList<TlsReference> Find(string config)
    {
        var names = new Names();
        Walk(config, names, text: null, "");
        return names.All.ToValueList();
    }

    /// <summary>The text with names in a directory in place of the files.</summary>
    public static string Replace(string config, string directory)
    {
        var text = new StringBuilder(config.Length + 1024);
        Walk(config, new Names(), text, directory);
        return text.ToString();
    }

    private static void Walk(string config, Names names, StringBuilder? text, string directory)
    {
        var written = 0;
        // Most configurations name no file, and this is asked for every change of a member.
        var mayName = Array.Exists(s_words, word => config.Contains($" {word} ", StringComparison.Ordinal));
        foreach (var section in mayName ? HaproxyDocument.Parse(config).Sections : [])
        {
            // A colon would be taken for the number of a certificate in its file; a plus is in no name.
            var owner = section.Name.Replace(':', '+');
            foreach (var line in section.Directives)
            {
                if (!line.StartsWith("bind") && !line.StartsWith("server") && !line.StartsWith("default-server"))
                {
                    continue;
                }

                for (var i = 1; i + 1 < line.Count; i++)
                {
                    if (Word(line[i]) is { } word && IsFile(line[i + 1]))
                    {
                        var name = names.Of(owner, word, line[i + 1].ToString());
                        text?.Append(config, written, line[i + 1].Start - written).Append(Path.Combine(directory, name));
                        written = line[i + 1].Start + line[i + 1].Length;
                    }
                }
            }
        }

        text?.Append(config, written, config.Length - written);
    }

    private static string? Word(HaproxyWord word)
    {
        foreach (var known in s_words)
        {
            if (word.Is(known))
            {
                return known;
            }
        }

        return null;
    }

    private static bool IsFile(HaproxyWord word) => word.Raw is ['/', .., not '/'] && word.Raw.IndexOfAny("'\"\\$") < 0;

    /// <summary>The names given so far.</summary>
    private sealed class Names
    {
        private readonly Dictionary<(string Section, string Word, string Path), TlsReference> _given = [];
        private readonly Dictionary<(string Section, string Word), int> _counts = [];

        public IEnumerable<TlsReference> All => _given.Values;

        public string Of(string section, string word, string path)
        {
            if (!_given.TryGetValue((section, word, path), out var reference))
            {
                var number = _counts[(section, word)] = _counts.GetValueOrDefault((section, word)) + 1;
                var name = number == 1 ? $"{section}.{word}" : string.Create(CultureInfo.InvariantCulture, $"{section}.{word}-{number}");
                // Not .crt: HAProxy's commands take that ending for one it added itself.
                _given[(section, word, path)] = reference = new TlsReference(word == List ? name : name + Ending, word, path);
            }

            return reference.Name;
        }
    }
}

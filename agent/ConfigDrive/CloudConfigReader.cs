// Pure: the write_files of a #cloud-config, in the part of YAML that controllers write it in.
using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Amphora.Agent.ConfigDrive;

/// <summary>Everything beside write_files (runcmd, timezone, …) is passed over with a note: the amphora needs none of it.</summary>
internal static class CloudConfigReader
{
    private const string WriteFiles = "write_files";

    /// <summary>The files.</summary>
    /// <param name="text">user_data.</param>
    /// <param name="notes">Names of what was passed over are added here.</param>
    /// <exception cref="InvalidDataException">It is malformed; the message has the line.</exception>
    public static IReadOnlyList<DriveFile> Read(string text, List<string> notes)
    {
        var lines = new YamlLines(text);
        var files = new List<DriveFile>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        if (!lines.IsAtEnd && lines.Text == "---")
        {
            lines.Next();
        }

        while (!lines.IsAtEnd && lines.Text != "...")
        {
            if (lines.Indent != 0)
            {
                throw lines.Wrong("the line is indented, but belongs to nothing");
            }

            var (key, value) = Pair(lines, lines.Text);
            if (!seen.Add(key))
            {
                throw lines.Wrong($"{key} is there twice");
            }

            if (key != WriteFiles)
            {
                notes.Add($"{key} of user_data: passed over");
                lines.SkipValue();
                continue;
            }

            ReadEntries(lines, value, files);
        }

        return files;
    }

    private static void ReadEntries(YamlLines lines, string value, List<DriveFile> files)
    {
        if (value is not ("" or "[]"))
        {
            throw lines.Wrong("write_files has to be a list with its entries below it");
        }

        lines.Next();
        while (!lines.IsAtEnd && (lines.Text == "-" || lines.Text.StartsWith("- ", StringComparison.Ordinal)))
        {
            files.Add(Entry(lines));
        }
    }

    // "-   path: …" and the lines below it, as far right as "path".
    private static DriveFile Entry(YamlLines lines)
    {
        var (number, dash) = (lines.Number, lines.Indent);
        var fields = new Dictionary<string, string?>(StringComparer.Ordinal);
        var text = lines.Text[1..].TrimStart(' ');
        var indent = dash + lines.Text.Length - text.Length;
        if (text.Length == 0 || text[0] == '#')
        {
            lines.Next();
            indent = lines.IsAtEnd ? 0 : lines.Indent;
            text = lines.IsAtEnd ? "" : lines.Text;
        }

        while (!lines.IsAtEnd && indent > dash)
        {
            Field(lines, text, indent, fields);
            if (lines.IsAtEnd || lines.Indent <= dash)
            {
                break;
            }

            text = lines.Indent == indent ? lines.Text : throw lines.Wrong($"the line is indented by {lines.Indent} blanks, the entry's first field by {indent}");
        }

        try
        {
            return Make(number, fields);
        }
        catch (FormatException wrong)
        {
            throw YamlLines.WrongAt(number, wrong.Message);
        }
    }

    private static void Field(YamlLines lines, string text, int indent, Dictionary<string, string?> fields)
    {
        var (key, value) = Pair(lines, text);
        if (key is not ("path" or "content" or "permissions" or "owner" or "encoding" or "append" or "defer"))
        {
            throw lines.Wrong($"{key} is not a field of write_files that is understood");
        }

        if (fields.ContainsKey(key))
        {
            throw lines.Wrong($"{key} is there twice in this entry");
        }

        if (value.StartsWith('|'))
        {
            fields[key] = lines.ReadBlock(indent, value);
            return;
        }

        try
        {
            fields[key] = YamlScalar.Read(value);
        }
        catch (FormatException wrong)
        {
            throw lines.Wrong($"{key}: {wrong.Message}");
        }

        lines.Next();
    }

    private static (string Key, string Value) Pair(YamlLines lines, string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var key = colon > 0 ? text[..colon].TrimEnd() : "";
        if (key.Length == 0 || key.AsSpan().ContainsAnyExcept(KeyLetters) || (colon + 1 < text.Length && text[colon + 1] != ' '))
        {
            throw lines.Wrong($"\"{(text.Length > 60 ? text[..60] + "…" : text)}\" is not a key, a colon and a value");
        }

        return (key, text[(colon + 1)..].Trim());
    }

    private static readonly System.Buffers.SearchValues<char> KeyLetters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");

    private static DriveFile Make(int line, Dictionary<string, string?> fields)
    {
        if (fields.GetValueOrDefault("append") is not (null or "false" or "False" or "no"))
        {
            throw new FormatException("append is not understood: files are written whole");
        }

        var path = fields.GetValueOrDefault("path") ?? throw new FormatException("the entry has no path");
        return new DriveFile(path, Decode(fields.GetValueOrDefault("content") ?? "", fields.GetValueOrDefault("encoding")))
        {
            Source = $"user_data line {line}",
            Owner = fields.GetValueOrDefault("owner"),
            Mode = fields.GetValueOrDefault("permissions") is { } permissions ? Mode(permissions) : null,
        };
    }

    private static UnixFileMode Mode(string text)
    {
        var digits = text.StartsWith("0o", StringComparison.Ordinal) ? text[2..] : text;
        return digits.Length is >= 3 and <= 5 && !digits.AsSpan().ContainsAnyExceptInRange('0', '7') && Convert.ToInt32(digits, 8) is <= 0xFFF and var mode
            ? (UnixFileMode)mode
            : throw new FormatException($"permissions is \"{text}\", has to be octal, as 0644");
    }

    private static byte[] Decode(string content, string? encoding) => encoding?.ToLower(CultureInfo.InvariantCulture) switch
    {
        null or "text/plain" => Encoding.UTF8.GetBytes(content),
        "b64" or "base64" => Base64(content),
        "gz+b64" or "gzip+b64" or "gz+base64" or "gzip+base64" => Gunzip(Base64(content)),
        _ => throw new FormatException($"encoding is \"{encoding}\", has to be b64, gz+b64 or text/plain"),
    };

    private static byte[] Base64(string content)
    {
        try
        {
            return Convert.FromBase64String(content);
        }
        catch (FormatException)
        {
            throw new FormatException("content is not base64");
        }
    }

    private static byte[] Gunzip(byte[] compressed)
    {
        try
        {
            using var source = new GZipStream(new MemoryStream(compressed), CompressionMode.Decompress);
            var content = new byte[DriveTree.MaxFile + 1];
            var length = source.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
            return length <= DriveTree.MaxFile ? content[..length] : throw new FormatException($"content is larger than {DriveTree.MaxFile} bytes");
        }
        catch (InvalidDataException)
        {
            throw new FormatException("content is not gzip");
        }
    }
}

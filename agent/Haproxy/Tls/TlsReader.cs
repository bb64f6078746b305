// Reads what is in the certificate files of a configuration.
using System.Globalization;
using System.Security.Cryptography;
using Amphora.Contract;
using Amphora.Linux.Files;

namespace Amphora.Agent.Haproxy.Tls;

/// <summary>From the names in a text to what is on the disk now; a client of API 1.0 writes files at any time.</summary>
internal static class TlsReader
{
    /// <summary>The files of a configuration. One that is missing is there with the digest of none, so that HAProxy says what it thinks of it.</summary>
    /// <param name="config">As it came; null: there is none.</param>
    /// <param name="lists">crt-lists that are not on the disk yet, by path.</param>
    public static TlsFiles Read(string? config, IReadOnlyDictionary<string, string> lists)
    {
        var seats = new List<TlsSeat>();
        var found = new List<TlsList>();
        foreach (var reference in config is null ? [] : TlsReferences.Find(config))
        {
            if (!reference.IsList)
            {
                seats.Add(Seat(reference.Name, Kind(reference.Word), reference.Path));
                continue;
            }

            var entries = new List<TlsEntry>();
            foreach (var (path, rest) in Entries(lists.TryGetValue(reference.Path, out var text) ? text : Text(reference.Path)))
            {
                var name = string.Create(CultureInfo.InvariantCulture, $"{reference.Name}.{entries.Count + 1}{TlsReferences.Ending}");
                seats.Add(Seat(name, TlsKind.Certificate, path));
                entries.Add(new TlsEntry(name, rest));
            }

            found.Add(new TlsList(reference.Name, entries.ToValueList()));
        }

        return new TlsFiles(seats.ToValueList(), found.ToValueList());
    }

    /// <summary>The same files with the content they have now.</summary>
    public static TlsFiles Refresh(TlsFiles files) => files with { Seats = files.Seats.ConvertAll(static seat => Seat(seat.Name, seat.Kind, seat.Source)) };

    /// <summary>The content of a seat when it is still the one that is meant; null: it is gone, or another one.</summary>
    public static byte[]? Content(TlsSeat seat) => OptionalFile.ReadBytes(seat.Source) is { } content && Digest(content) == seat.Digest ? content : null;

    /// <summary>What the files are, by seat; without those that have other content by now, or none that can be read.</summary>
    public static IReadOnlyDictionary<string, string> Identities(TlsFiles files)
    {
        var identities = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var seat in files.Seats)
        {
            if (Content(seat) is { } content && TlsIdentity.OfFile(seat.Kind, content) is { } identity)
            {
                identities[seat.Name] = identity;
            }
        }

        return identities;
    }

    private static TlsSeat Seat(string name, TlsKind kind, string path) => OptionalFile.ReadBytes(path) is { } content
        ? new TlsSeat(name, kind, path, Digest(content), content.Length)
        : new TlsSeat(name, kind, path, TlsSeat.Missing, 0);

    private static TlsKind Kind(string word) => word switch
    {
        "ca-file" => TlsKind.Authority,
        "crl-file" => TlsKind.Revocations,
        _ => TlsKind.Certificate,
    };

    // A file, and what else the line says; comments and empty lines are none.
    private static IEnumerable<(string Path, string Words)> Entries(string list)
    {
        foreach (var line in list.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (line[0] == '/')
            {
                var words = line.Split([' ', '\t'], 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
                yield return (words[0], words.Length > 1 ? words[1] : "");
            }
        }
    }

    private static string Text(string path) => OptionalFile.ReadBytes(path) is { } content ? System.Text.Encoding.UTF8.GetString(content) : "";

    private static string Digest(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}

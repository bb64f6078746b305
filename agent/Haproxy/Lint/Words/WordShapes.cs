// The words that are not always the same, by the names the tables use.
using System.Collections.Frozen;
using Amphora.Agent.Haproxy.Lint.Shapes;

namespace Amphora.Agent.Haproxy.Lint.Words;

/// <summary>Every <c>&lt;name&gt;</c> of <see cref="ShapeSyntax"/>.</summary>
internal static class WordShapes
{
    private static readonly FrozenDictionary<string, WordShape> ByName = new Dictionary<string, WordShape>
    {
        ["positive"] = Number(1, int.MaxValue),
        ["milliseconds"] = Number(0, int.MaxValue),
        ["weight"] = Number(0, 256),
        ["retries"] = Number(1, 10),
        ["port"] = Number(1, ushort.MaxValue),
        ["verify-result"] = Number(0, int.MaxValue),
        ["seconds"] = new("a number of seconds, as `5s`", static (word, _) => NumberWords.IsNumberOf(word, "s")),
        ["size"] = new("a size, as `10k`", static (word, _) => NumberWords.IsSize(word)),
        ["status-codes"] = new("status codes, as `200|201`", static (word, _) => NumberWords.IsStatusCodes(word)),
        ["threads"] = new("`1-` and a number of threads", static (word, _) => word.StartsWith("1-") && NumberWords.IsNumber(word[2..], 1, 4096)),
        ["thread-group"] = new("`auto:1/1-` and a number of threads", static (word, _) => word.StartsWith("auto:1/1-") && NumberWords.IsNumber(word["auto:1/1-".Length..], 1, 4096)),

        ["id"] = new("a UUID in lower case", static (word, _) => NameWords.IsId(word)),
        ["backend"] = new("a pool and a listener, as `UUID:UUID`", static (word, _) => NameWords.IsBackend(word)),
        ["rule"] = new("a rule's UUID, perhaps with `!` before it", static (word, _) => NameWords.IsTerm(word)),
        ["peers"] = new("the peers section of this load balancer", static (word, place) => word.SequenceEqual(place.Peers)),
        ["peer"] = new("the name of a peer", static (word, _) => NameWords.IsPeer(word)),
        ["peer-address"] = new("an IP address and port 1025", static (word, _) => NameWords.IsPeerAddress(word)),
        ["vip"] = new("the IP address of a VIP and a port", static (word, _) => NameWords.IsVip(word)),
        ["member"] = new("an IP address and a port", static (word, _) => NameWords.IsMember(word)),
        ["address"] = new("an IP address", static (word, _) => NameWords.IsAddress(word)),
        ["host-name"] = new("the name of a host", static (word, _) => NameWords.IsHostName(word)),

        ["stats-socket"] = new("the stats socket of this load balancer", static (word, place) => word.SequenceEqual(place.StatsSocket)),
        ["server-state-file"] = new("the server state file of this load balancer", static (word, place) => word.SequenceEqual(place.ServerStateFile)),
        ["ping-wrapper"] = new("Octavia's ping-wrapper.sh", PathWords.IsPingWrapper),
        ["certificate"] = new("a file in this load balancer's directory of certificates", PathWords.IsCertificate),

        ["ciphers"] = new("names of ciphers", static (word, _) => TextWords.IsCiphers(word)),
        ["alpn"] = new("some of h2, http/1.1, http/1.0", static (word, _) => TextWords.IsAlpn(word)),
        ["hsts"] = new("directives of Strict-Transport-Security", static (word, _) => TextWords.IsHsts(word)),
        ["url"] = new("an http or https URL", static (word, _) => TextWords.IsUrl(word)),
        ["path"] = new("a path", static (word, _) => TextWords.IsPath(word)),
        ["http-version"] = new("an HTTP version", static (word, _) => TextWords.IsHttpVersion(word)),
        ["fetch"] = new("path, path_end, or a header, cookie or field of a certificate by its name", static (word, _) => FetchWords.IsOfRule(word)),
        ["response-cookie"] = new("res.cook(name)", static (word, _) => FetchWords.IsOf(word, "res.cook(")),
        ["request-cookie"] = new("req.cook(name)", static (word, _) => FetchWords.IsOf(word, "req.cook(")),
        ["pattern"] = new("a pattern without control characters", static (word, _) => TextWords.IsPrintable(word)),
        ["bare-pattern"] = new("a pattern without control characters and without `-` at its start", static (word, _) => TextWords.IsBarePattern(word)),
        ["log-format"] = new("a log format that tells of requests and connections", static (word, _) => LogFormatWord.IsFormat(word)),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The words of a name.</summary>
    /// <exception cref="FormatException">There is no such name.</exception>
    public static WordShape Named(string name) => ByName.TryGetValue(name, out var shape) ? shape : throw new FormatException($"no words are called <{name}>");

    private static WordShape Number(int least, int most) => new(
        most == int.MaxValue ? $"a number from {least}" : $"a number from {least} to {most}", (word, _) => NumberWords.IsNumber(word, least, most));
}

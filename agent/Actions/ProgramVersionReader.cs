// Which version of a program is installed.
using System.Text.RegularExpressions;
using Amphora.Linux.Processes;

namespace Amphora.Agent.Actions;

/// <summary>Asks <c>program -v</c>, again only when the program file changed.</summary>
/// <param name="path">The program.</param>
internal sealed partial class ProgramVersionReader(string path)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private volatile Known? _known;

    /// <summary>As <c>2.6.12</c>, or null when the program is missing or says nothing that looks like a version.</summary>
    public async Task<string?> ReadAsync(CancellationToken cancellationToken)
    {
        var program = new FileInfo(path);
        if (!program.Exists)
        {
            return null;
        }

        if (_known is { } known && known.Written == program.LastWriteTimeUtc && known.Length == program.Length)
        {
            return known.Version;
        }

        var answer = await Tool.RunAsync([path, "-v"], new ToolOptions { TimeLimit = Limit }, cancellationToken);
        var version = Parse(answer.Output);
        _known = new Known(program.LastWriteTimeUtc, program.Length, version);
        return version;
    }

    /// <summary>The version in "HAProxy version 2.6.12-1+deb12u1 2023/12/16 - …", "Keepalived v2.2.7 (01/16,2022)" or "ipvsadm v1.31 2019/12/24 …".</summary>
    internal static string? Parse(string output) => VersionPattern().Match(output) is { Success: true } match ? match.Groups[1].Value : null;

    [GeneratedRegex(@"\A(?:HA-?Proxy version |Keepalived v|ipvsadm v)([0-9]{1,2}\.[0-9]{1,3}(?:\.[0-9]{1,5})?)", RegexOptions.CultureInvariant)]
    private static partial Regex VersionPattern();

    private sealed record Known(DateTime Written, long Length, string? Version);
}

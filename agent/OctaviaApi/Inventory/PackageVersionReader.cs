// Which versions of HAProxy, keepalived and ipvsadm are installed, as the package manager spells them.
using System.Net;
using Amphora.Agent.Actions;
using Amphora.Contract;
using Amphora.Linux.Native;
using Amphora.Linux.Processes;

namespace Amphora.Agent.OctaviaApi.Inventory;

/// <summary>Asks <c>dpkg-query</c> or <c>rpm</c>, again only when their database changed; what neither knows is asked itself.</summary>
internal sealed class PackageVersionReader(OctaviaApiOptions options)
{
    private const string DpkgDatabase = "/var/lib/dpkg/status", RpmDatabase = "/var/lib/rpm";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly ProgramVersionReader _haproxy = new(options.HaproxyCommand);
    private readonly ProgramVersionReader _keepalived = new("/usr/sbin/keepalived");
    private readonly ProgramVersionReader _ipvsadm = new("/usr/sbin/ipvsadm");

    private volatile Known? _known;

    /// <summary>The versions now.</summary>
    public async Task<AmphoraVersions> ReadAsync(CancellationToken cancellationToken)
    {
        var stamp = (File.GetLastWriteTimeUtc(DpkgDatabase), File.GetLastWriteTimeUtc(RpmDatabase), File.GetLastWriteTimeUtc(options.HaproxyCommand));
        if (_known is not { } known || known.Stamp != stamp)
        {
            _known = known = new Known(stamp, new AmphoraVersions
            {
                Hostname = "",
                // The controller reads the first two numbers of it, so an epoch is none of its business.
                HaproxyVersion = WithoutEpoch(await VersionAsync("haproxy", _haproxy, cancellationToken)),
                KeepalivedVersion = await VersionAsync("keepalived", _keepalived, cancellationToken),
                IpvsadmVersion = await VersionAsync("ipvsadm", _ipvsadm, cancellationToken),
            });
        }

        return known.Versions with { Hostname = Dns.GetHostName() };
    }

    /// <summary>A Debian version without the number before the colon (deb-version(7)).</summary>
    internal static string WithoutEpoch(string version) => version[(version.IndexOf(':', StringComparison.Ordinal) + 1)..];

    private static async Task<string> VersionAsync(string package, ProgramVersionReader program, CancellationToken cancellationToken) =>
        await AskAsync(["dpkg-query", "-W", "-f=${Version}", package], cancellationToken)
            ?? await AskAsync(["rpm", "-q", "--queryformat", "%{VERSION}", package], cancellationToken)
            ?? await program.ReadAsync(cancellationToken)
            ?? "";

    // Null: there is no such package manager, or it does not know the package.
    private static async Task<string?> AskAsync(string[] command, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await Tool.RunAsync(command, new ToolOptions { TimeLimit = Limit }, cancellationToken);
            return answer.Succeeded && answer.Output.Trim() is { Length: > 0 } version ? version : null;
        }
        catch (LinuxException exception) when (OperatingSystemFailure.Is(exception))
        {
            return null;
        }
    }

    private sealed record Known((DateTime Dpkg, DateTime Rpm, DateTime Haproxy) Stamp, AmphoraVersions Versions);
}

/// <summary>Body of GET /1.0/info, and the beginning of that of details.</summary>
internal record AmphoraVersions
{
    /// <summary>As gethostname(2) says.</summary>
    public required string Hostname { get; init; }

    /// <summary>As <c>2.6.12-1+deb12u4</c>: begins with numbers and points.</summary>
    public required string HaproxyVersion { get; init; }

    /// <summary>Always <c>1.0</c>.</summary>
    public string ApiVersion { get; init; } = "1.0";

    /// <summary>As <c>1:2.2.7-1+b2</c>; empty when it is not installed.</summary>
    public required string KeepalivedVersion { get; init; }

    /// <summary>As <c>1:1.31-1+b1</c>; empty when it is not installed.</summary>
    public required string IpvsadmVersion { get; init; }
}

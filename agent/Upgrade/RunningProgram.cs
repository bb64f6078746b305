// Which program this is, and how it came here.
using System.Security.Cryptography;
using Amphora.Contract.Rest;

namespace Amphora.Agent.Upgrade;

/// <summary>The file this process was started from, even when it has lost its name since.</summary>
internal sealed class RunningProgram(UpgradeOptions options, UpgradeStore store)
{
    private volatile string? _sha256;

    /// <summary>What runs, and what is known of the last upgrade.</summary>
    public async Task<AgentProgram> ReadAsync(CancellationToken cancellationToken) => new()
    {
        Version = options.Version,
        Sha256 = await Sha256Async(cancellationToken),
        Upgrade = store.Read(),
    };

    /// <summary>Of the file, 64 hex digits; read once, when somebody asks.</summary>
    public async Task<string> Sha256Async(CancellationToken cancellationToken)
    {
        if (_sha256 is not { } known)
        {
            await using var file = File.OpenRead("/proc/self/exe");
            _sha256 = known = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));
        }

        return known;
    }
}

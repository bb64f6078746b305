// A host's /var/lib/amphora/agent for a test.
using Amphora.Agent.Upgrade;
using Amphora.Contract.Rest;
using Amphora.Fixtures;

namespace Amphora.Agent.Tests.Upgrade;

/// <summary>Folder, options, and the parts that work on them.</summary>
internal sealed class UpgradeFolder : IDisposable
{
    private readonly TestFolder _folder = new();

    public UpgradeFolder()
    {
        Options = new UpgradeOptions
        {
            Version = "1.0",
            ReadTimeout = TimeSpan.FromSeconds(10),
            Directory = Directory.CreateDirectory(_folder["agent"]).FullName,
            Factory = _folder.Write("factory-agent", "#!/bin/sh\n"),
            Keys = _folder["keys.pem"],
            Confirmation = _folder["confirmed"],
        };
        Slots = new BinarySlots(Options);
        Store = new UpgradeStore(Options);
        Slots.Point(BinarySlots.Factory);
    }

    public UpgradeOptions Options { get; }

    public BinarySlots Slots { get; }

    public UpgradeStore Store { get; }

    /// <summary>Everything in it but the factory's binary.</summary>
    public IEnumerable<string> Files => Directory.EnumerateFileSystemEntries(Options.Directory, "*", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(Options.Directory, path)).Order(StringComparer.Ordinal);

    /// <summary>Takes a script in as a slot.</summary>
    /// <returns>Its SHA-256.</returns>
    public async Task<string> AddAsync(string script, CancellationToken cancellationToken)
    {
        using var incoming = await Slots.ReceiveAsync(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(script)), cancellationToken);
        Slots.Keep(incoming);
        return incoming.Sha256;
    }

    /// <summary>An upgrade from the factory's binary.</summary>
    public static AgentUpgrade Upgrade(string sha256, int confirmWithin = 20) => new()
    {
        State = UpgradeState.Trying,
        Sha256 = sha256,
        Version = "2.0",
        Previous = BinarySlots.Factory,
        Started = DateTimeOffset.UtcNow,
        ConfirmWithin = confirmWithin,
    };

    public void Dispose() => _folder.Dispose();
}

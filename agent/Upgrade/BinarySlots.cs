// The binaries of this host and the link that says which of them is the agent.
using Amphora.Linux.Files;

namespace Amphora.Agent.Upgrade;

/// <summary><c>&lt;directory&gt;/amphora-agent</c> leads to the factory's binary or to <c>slots/&lt;sha256&gt;/amphora-agent</c>.</summary>
internal sealed class BinarySlots(UpgradeOptions options)
{
    /// <summary>Stands for the binary of the image.</summary>
    public const string Factory = "factory";

    private const string FileName = "amphora-agent";

    private string Link => Path.Combine(options.Directory, FileName);

    private string Slots => Path.Combine(options.Directory, "slots");

    /// <summary>What the link leads to: <see cref="Factory"/>, the SHA-256 of a slot, or null when there is no such link.</summary>
    public string? Current
    {
        get
        {
            var target = new FileInfo(Link).LinkTarget;
            var slot = Path.GetDirectoryName(target);
            return target == options.Factory ? Factory
                : target is not null && Path.GetDirectoryName(slot) == Slots && target == PathOf(Path.GetFileName(slot)!) ? Path.GetFileName(slot)
                : null;
        }
    }

    /// <summary>The binary itself.</summary>
    /// <param name="name"><see cref="Factory"/> or the SHA-256 of a slot.</param>
    public string PathOf(string name) => name == Factory ? options.Factory : Path.Combine(Slots, name, FileName);

    /// <summary>Takes a binary in, beside the slots.</summary>
    public Task<IncomingBinary> ReceiveAsync(Stream body, CancellationToken cancellationToken)
    {
        foreach (var leftover in Directory.Exists(Slots) ? Directory.GetDirectories(Slots, $"{IncomingBinary.Prefix}*") : [])
        {
            // Of an agent that was killed while it took one in: there is only one at a time.
            Directory.Delete(leftover, recursive: true);
        }

        Directory.CreateDirectory(Slots);
        File.SetUnixFileMode(Slots, IncomingBinary.Everybody);
        return IncomingBinary.ReceiveAsync(Slots, FileName, body, cancellationToken);
    }

    /// <summary>Makes it a slot.</summary>
    public void Keep(IncomingBinary incoming) => incoming.Keep(Path.Combine(Slots, incoming.Sha256));

    /// <summary>Makes a binary the agent, from its next start on.</summary>
    public void Point(string name) => AtomicLink.Point(Link, PathOf(name));

    /// <summary>Removes all slots but those named and the one the link leads to.</summary>
    public void Prune(params ReadOnlySpan<string> kept)
    {
        foreach (var slot in Directory.Exists(Slots) ? Directory.GetDirectories(Slots) : [])
        {
            if (!kept.Contains(Path.GetFileName(slot)) && Path.GetFileName(slot) != Current)
            {
                Directory.Delete(slot, recursive: true);
            }
        }
    }
}

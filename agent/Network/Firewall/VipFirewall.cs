// nftables-vip.rules: in the kernel and on disk.
using Amphora.Agent.Actions;
using Amphora.Contract;
using Amphora.Linux.Files;

namespace Amphora.Agent.Network.Firewall;

/// <summary>The packet filter of an SR-IOV VIP port. The file says what the kernel shall have; a reboot loads it again.</summary>
internal sealed class VipFirewall(NetworkOptions options)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private string Step => $"load the VIP's packet filter in {options.Namespace}";

    /// <summary>True when the filter on disk is exactly this one; while the interface is up the kernel has it too.</summary>
    public bool IsStored(string script) => OptionalFile.ReadText(options.FirewallFile) == script;

    /// <summary>nft looks at a filter; nothing changes.</summary>
    public async Task<Failure?> CheckAsync(string script) =>
        await Nft.LoadAsync(options, "check the VIP's packet filter", script, "-c") is { } failure
            ? failure with { Kind = failure.Kind == FailureKind.Internal && failure.ExitCode is not null ? FailureKind.Refused : failure.Kind }
            : null;

    /// <summary>Takes the filter out of the kernel and off the disk, with the last port that needs it.</summary>
    public async Task<Failure?> RemoveAsync() => OptionalFile.ReadText(options.FirewallFile) is null ? null
        : await Nft.LoadAsync(options, $"remove the VIP's packet filter in {options.Namespace}", FirewallRenderer.Removal)
            ?? OperatingSystemFailure.Try($"delete {options.FirewallFile}", () => { AtomicFile.Delete(options.FirewallFile); });

    /// <summary>Loads a filter and stores it. A full disk is found before nft is asked, and what nft refuses is not stored.</summary>
    public async Task<Failure?> ApplyAsync(string script)
    {
        var step = $"store {options.FirewallFile}";
        var prepared = OperatingSystemFailure.Try(step, () =>
        {
            Directory.CreateDirectory(Path.GetDirectoryName(options.FirewallFile)!);
            return AtomicFile.PrepareText(options.FirewallFile, script, OwnerOnly);
        });
        if (prepared.Failure is { } unwritable)
        {
            return unwritable;
        }

        using var file = prepared.Value;
        return await Nft.LoadAsync(options, Step, script, "-o") ?? OperatingSystemFailure.Try(step, file.Commit);
    }

    /// <summary>Loads the stored filter, or makes the one that lets nothing in.</summary>
    public Task<Failure?> EnsureAsync() =>
        OptionalFile.ReadText(options.FirewallFile) is { } stored ? Nft.LoadAsync(options, Step, stored, "-o") : ApplyAsync(FirewallRenderer.Render([]));
}

// A file that shall be installed.
namespace Amphora.Agent.ConfigDrive;

/// <summary>As the drive names it; nothing is checked yet.</summary>
/// <param name="Path">Where, in the guest.</param>
/// <param name="Content">What.</param>
internal sealed record DriveFile(string Path, byte[] Content)
{
    /// <summary>Where it was said, for messages: <c>meta_data.json</c>, <c>user_data line 12</c>.</summary>
    public required string Source { get; init; }

    /// <summary><c>user</c>, <c>user:group</c>; null: root.</summary>
    public string? Owner { get; init; }

    /// <summary>Permissions; null: as files of its place have.</summary>
    public UnixFileMode? Mode { get; init; }
}

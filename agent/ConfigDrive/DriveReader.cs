// Everything a drive wants installed: personality files, write_files of the user data, network files.
using System.Text;

namespace Amphora.Agent.ConfigDrive;

/// <summary>What a drive says.</summary>
/// <param name="HostName">The instance's; null: none.</param>
/// <param name="Files">What it wants installed, in the order it was named; of two with one path the later counts, as with cloud-init.</param>
internal sealed record DriveContent(string? HostName, IReadOnlyList<DriveFile> Files);

/// <summary>Reads openstack/latest (Nova's config drive, version 2).</summary>
internal static class DriveReader
{
    private const string CloudConfig = "#cloud-config";
    private const string Gzip = "\u001f\u008b";
    private const int MaxFiles = 64;

    /// <summary>Reads a drive.</summary>
    /// <param name="directory">Where the drive is mounted.</param>
    /// <param name="options">Whether network files are wanted.</param>
    /// <param name="notes">What was passed over is added here.</param>
    /// <exception cref="InvalidDataException">The drive is wrong; the message says where.</exception>
    public static DriveContent Read(string directory, ConfigDriveOptions options, List<string> notes)
    {
        var tree = new DriveTree(directory);
        var instance = MetaDataReader.Read(tree.Read("openstack/latest/meta_data.json")
            ?? throw new InvalidDataException($"there is no openstack/latest/meta_data.json in {directory}: this is not a config drive"));
        notes.Add($"instance {instance.Uuid ?? "without uuid"}, host name {instance.HostName ?? "not given"}");
        var files = new List<DriveFile>();
        foreach (var file in instance.Files)
        {
            var path = $"openstack/{file.ContentPath.TrimStart('/')}";
            files.Add(new DriveFile(file.Path, tree.Read(path) ?? throw new InvalidDataException($"meta_data.json names {path}, which is not on the drive"))
            {
                Source = "meta_data.json",
            });
        }

        if (tree.Read("openstack/latest/user_data") is { Length: > 0 } userData)
        {
            files.AddRange(ReadUserData(userData, notes));
        }

        if (options.NetworkdDirectory is { } networkd && tree.Read("openstack/latest/network_data.json") is { } network)
        {
            files.AddRange(NetworkDataReader.Read(network).Select(one => NetworkUnitRenderer.Render(one, networkd)));
        }

        return files.Count <= MaxFiles ? new DriveContent(instance.HostName, files) : throw new InvalidDataException($"the drive has {files.Count} files; it has to be at most {MaxFiles}");
    }

    private static IReadOnlyList<DriveFile> ReadUserData(byte[] userData, List<string> notes)
    {
        var start = Encoding.Latin1.GetString(userData.AsSpan(0, Math.Min(userData.Length, CloudConfig.Length)));
        if (start != CloudConfig)
        {
            notes.Add($"user_data is {(start.StartsWith(Gzip, StringComparison.Ordinal) ? "compressed" : "not a #cloud-config")}: passed over");
            return [];
        }

        return CloudConfigReader.Read(new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(userData), notes);
    }
}

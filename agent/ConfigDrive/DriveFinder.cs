// Finds the drive among the block devices, and reads it mounted for itself alone.
using Amphora.Linux.Namespaces;

namespace Amphora.Agent.ConfigDrive;

/// <summary>By the device that was named, by udev's link, or by looking at the start of every block device: udev may not run, and
/// names like vdb change from boot to boot.</summary>
internal static class DriveFinder
{
    private const string BlockDevices = "/sys/class/block";

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Waits for the drive and reads it.</summary>
    /// <param name="options">Which drive, and how long.</param>
    /// <param name="notes">What there is to say is added here.</param>
    /// <param name="waiting">Told once, when the drive is not there yet.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="InvalidDataException">There is none, or it is not a file system of a config drive.</exception>
    public static async Task<DriveContent> ReadAsync(
        ConfigDriveOptions options, List<string> notes, Func<string, Task> waiting, CancellationToken cancellationToken)
    {
        var begin = TimeProvider.System.GetTimestamp();
        for (var first = true; ; first = false)
        {
            if (Find(options) is var (device, superblock))
            {
                notes.Add($"reading {device} ({superblock.FileSystem}, {superblock.Label})");
                return ReadOnlyMount.Read(device, superblock.FileSystem, directory => DriveReader.Read(directory, options, notes));
            }

            if (options.Wait != Timeout.InfiniteTimeSpan && TimeProvider.System.GetElapsedTime(begin) >= options.Wait)
            {
                throw new InvalidDataException(options.Device is { } named
                    ? $"cannot use {named}: it is not there, or neither ISO 9660 nor VFAT"
                    : $"cannot find the config drive: no block device with the label config-2 appeared within {options.Wait.TotalSeconds} s");
            }

            if (first)
            {
                await waiting(options.Device ?? "a block device with the label config-2");
            }

            await Task.Delay(s_pause, cancellationToken);
        }
    }

    private static (string Device, Superblock Superblock)? Find(ConfigDriveOptions options)
    {
        if (options.Device is { } named)
        {
            return Look(named) is { } found ? (named, found) : null;
        }

        foreach (var device in Candidates(options.LabelLink))
        {
            if (Look(device) is { IsConfigDrive: true } found)
            {
                return (device, found);
            }
        }

        return null;
    }

    // Floppy drives take seconds to say that they are empty; no config drive is one.
    private static IEnumerable<string> Candidates(string labelLink)
    {
        if (File.Exists(labelLink))
        {
            yield return File.ResolveLinkTarget(labelLink, returnFinalTarget: true)?.FullName ?? labelLink;
        }

        if (!Directory.Exists(BlockDevices))
        {
            yield break;
        }

        foreach (var entry in Directory.EnumerateFileSystemEntries(BlockDevices).Select(static path => Path.GetFileName(path)).Order(StringComparer.Ordinal))
        {
            if (!entry.StartsWith("fd", StringComparison.Ordinal))
            {
                yield return Path.Combine("/dev", entry.Replace('!', '/'));
            }
        }
    }

    // Null for whatever cannot be read: a drive without a medium, a device without a file.
    private static Superblock? Look(string device)
    {
        try
        {
            using var file = File.OpenHandle(device);
            var start = new byte[Superblock.Bytes];
            var length = 0;
            while (length < start.Length && RandomAccess.Read(file, start.AsSpan(length), length) is > 0 and var count)
            {
                length += count;
            }

            return Superblock.Read(start.AsSpan(0, length));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return null;
        }
    }
}

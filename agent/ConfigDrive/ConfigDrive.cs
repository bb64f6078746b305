// ConfigDrive: at boot, the files the controller put on the config-2 drive (appliance-layout §11); what cloud-init would do.
using System.Text;
using Amphora.Linux.Native;

namespace Amphora.Agent.ConfigDrive;

/// <summary>A oneshot: finds the drive, reads it, installs its files. Twice is once: what is there already is not touched.</summary>
internal static class ConfigDriveSlice
{
    private const int Failed = 1;

    /// <summary>Does it.</summary>
    /// <param name="options">How.</param>
    /// <param name="output">A line for each thing done or passed over.</param>
    /// <param name="errors">Why it failed.</param>
    /// <param name="cancellationToken">Ends the wait for the drive.</param>
    /// <returns>0; 1 when there is no drive, when it cannot be used or a file cannot be written. Nothing is installed of a drive that is wrong.</returns>
    public static async Task<int> RunAsync(ConfigDriveOptions options, TextWriter output, TextWriter errors, CancellationToken cancellationToken)
    {
        try
        {
            var notes = new List<string>();
            var drive = options.Directory is { } directory
                ? DriveReader.Read(directory, options, notes)
                : await DriveFinder.ReadAsync(options, notes, waitsFor => output.WriteLineAsync($"config-drive: waiting for {waitsFor}"), cancellationToken);
            var plan = InstallPlanner.Plan(drive.Files, options, AccountReader.Read(options.Root));
            var name = options.SetsHostName && drive.HostName is { } given ? HostName.Check(given) : null;
            foreach (var line in notes.Concat(InstallExecutor.Execute(plan)))
            {
                await output.WriteLineAsync($"config-drive: {line}");
            }

            if (name is not null)
            {
                HostName.Set(name, options.Root);
            }

            return 0;
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or UnauthorizedAccessException or LinuxException or DecoderFallbackException)
        {
            await errors.WriteLineAsync($"amphora-agent config-drive: {exception.Message}");
            return Failed;
        }
    }
}

/// <summary>Options of the slice.</summary>
internal sealed record ConfigDriveOptions
{
    /// <summary>The block device; null: looked for by its label.</summary>
    public string? Device { get; init; }

    /// <summary>A tree that is mounted already, instead of a device; null: none.</summary>
    public string? Directory { get; init; }

    /// <summary>Where the guest's file system begins.</summary>
    public string Root { get; init; } = "/";

    /// <summary>Directories files may be installed below.</summary>
    public IReadOnlyList<string> Allowed { get; init; } = ["/etc/octavia", "/etc/rsyslog.d", "/var/lib/octavia"];

    /// <summary>Where systemd-networkd's files for the interfaces of boot go; null: network_data.json is not looked at.</summary>
    public string? NetworkdDirectory { get; init; }

    /// <summary>True: the guest gets the name that the drive gives it.</summary>
    public bool SetsHostName { get; init; }

    /// <summary>How long to wait for a drive that is still to appear; <see cref="Timeout.InfiniteTimeSpan"/>: for ever.</summary>
    public TimeSpan Wait { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Where block devices are named; tests have their own.</summary>
    public string LabelLink { get; init; } = "/dev/disk/by-label/config-2";
}

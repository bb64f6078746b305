// Which block device is the drive, told from real file systems; and mounting it, where the kernel can.
using System.Globalization;
using Amphora.Agent.ConfigDrive;
using Amphora.Fixtures.Programs;
using Xunit;

namespace Amphora.Agent.Tests.ConfigDrive;

public sealed class DriveFinderTests : IDisposable
{
    private readonly DriveImage _drive = new DriveImage().With("/etc/octavia/amphora-agent.conf", "[DEFAULT]\n");

    public void Dispose() => _drive.Dispose();

    [Fact]
    public async Task An_ISO_9660_drive_is_known_by_its_label()
    {
        Assert.Equal(new Superblock("iso9660", "config-2"), Read(await _drive.ToIsoAsync("config-2", Cancellation)));
        Assert.False(Read(await _drive.ToIsoAsync("something else", Cancellation))!.IsConfigDrive);
    }

    [Theory]
    [InlineData(12, 4)]
    [InlineData(16, 32)]
    [InlineData(32, 64)]
    public async Task A_VFAT_drive_is_known_by_its_label_in_any_case(int bits, int megabytes)
    {
        Assert.Equal(new Superblock("vfat", "config-2"), Read(await _drive.ToFatAsync("config-2", bits, megabytes, Cancellation)));
        Assert.True(Read(await _drive.ToFatAsync("CONFIG-2", bits, megabytes, Cancellation))!.IsConfigDrive);
    }

    [Fact]
    public async Task Other_file_systems_and_garbage_are_none()
    {
        var image = Path.Combine(_drive.Tree, "garbage.img");
        await File.WriteAllBytesAsync(image, new byte[4 * 1024 * 1024], Cancellation);
        Assert.Null(Read(image));
        await Command.OutputAsync(["mkfs.ext4", "-q", "-F", "-L", "config-2", image], Cancellation);
        Assert.Null(Read(image));
        var random = new Random(7);
        for (var round = 0; round < 2_000; round++)
        {
            var bytes = new byte[random.Next(Superblock.Bytes + 1)];
            random.NextBytes(bytes);
            Superblock.Read(bytes);
        }
    }

    [Theory]
    [InlineData("iso9660")]
    [InlineData("vfat")]
    public async Task A_block_device_is_found_by_its_superblock_mounted_and_read(string fileSystem)
    {
        var image = fileSystem == "vfat" ? await _drive.ToFatAsync("config-2", 16, 32, Cancellation) : await _drive.ToIsoAsync("config-2", Cancellation);
        var device = (await Command.OutputAsync(["losetup", "--find", "--show", "--read-only", image], Cancellation)).Trim();
        try
        {
            var result = await _drive.InstallAsync(Cancellation, "--device", device, "--wait", "0");

            // A kernel without the file system says so; the drive was found and known all the same.
            if (File.ReadLines("/proc/filesystems").Any(line => line.EndsWith("\t" + fileSystem, StringComparison.Ordinal)))
            {
                Assert.Equal((0, "[DEFAULT]\n"), (result.ExitCode, _drive.Installed("/etc/octavia/amphora-agent.conf")));
                Assert.Contains($"reading {device} ({fileSystem}, config-2)", result.Output, StringComparison.Ordinal);
            }
            else
            {
                Assert.Equal(1, result.ExitCode);
                Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"mount {device} as {fileSystem}: No such device (errno 19)"), result.Errors, StringComparison.Ordinal);
            }

            Assert.DoesNotContain(device, await File.ReadAllTextAsync("/proc/mounts", Cancellation), StringComparison.Ordinal);
        }
        finally
        {
            await Command.OutputAsync(["losetup", "--detach", device], CancellationToken.None);
        }
    }

    [Fact]
    public async Task Without_a_name_every_block_device_is_looked_at()
    {
        var device = (await Command.OutputAsync(["losetup", "--find", "--show", "--read-only", await _drive.ToIsoAsync("config-2", Cancellation)], Cancellation)).Trim();
        try
        {
            var result = await _drive.InstallAsync(Cancellation, "--wait", "0");

            // Another run's drive may be found first; whichever it is, it was found without a name.
            Assert.Matches("(reading|mount) /dev/", result.Output + result.Errors);
            Assert.DoesNotContain("cannot find the config drive", result.Errors, StringComparison.Ordinal);
        }
        finally
        {
            await Command.OutputAsync(["losetup", "--detach", device], CancellationToken.None);
        }
    }

    [Fact]
    public async Task Without_a_drive_it_says_so_after_the_wait()
    {
        var result = await _drive.InstallAsync(Cancellation, "--device", _drive.InRoot("/dev/none"), "--wait", "1");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("it is not there, or neither ISO 9660 nor VFAT", result.Errors, StringComparison.Ordinal);
        Assert.True(result.Duration >= TimeSpan.FromSeconds(1), $"{result.Duration}");
    }

    private static Superblock? Read(string image)
    {
        using var file = File.OpenHandle(image);
        var start = new byte[Superblock.Bytes];
        return Superblock.Read(start.AsSpan(0, RandomAccess.Read(file, start, 0)));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;
}

// Pure: what kind of file system begins with these bytes, and its label.
using System.Text;

namespace Amphora.Agent.ConfigDrive;

/// <summary>What a drive says of itself.</summary>
/// <param name="FileSystem">As mount(2) calls it.</param>
/// <param name="Label">Without the blanks it is filled up with.</param>
internal sealed record Superblock(string FileSystem, string Label)
{
    /// <summary>How many bytes from the start of a drive are needed.</summary>
    public const int Bytes = PrimaryVolume + SectorBytes;

    // ECMA-119 §8.4: the first volume descriptor is in sector 16; type 1, "CD001", volume identifier at 40, 32 characters.
    private const int SectorBytes = 2048;
    private const int PrimaryVolume = 16 * SectorBytes;
    private const int VolumeIdentifier = 40;
    private const int VolumeIdentifierBytes = 32;

    // FAT's boot sector: 0x55 0xAA at 510; label (11 characters) and type at 71 and 82 (FAT32) or 43 and 54 (FAT12, FAT16).
    private const int FatLabelBytes = 11;

    /// <summary>Reads the start of a drive; null for everything that is neither ISO 9660 nor FAT.</summary>
    public static Superblock? Read(ReadOnlySpan<byte> start)
    {
        if (start.Length >= Bytes && start[PrimaryVolume] == 1 && start.Slice(PrimaryVolume + 1, 5).SequenceEqual("CD001"u8))
        {
            return new Superblock("iso9660", Text(start.Slice(PrimaryVolume + VolumeIdentifier, VolumeIdentifierBytes)));
        }

        if (start.Length < 512 || start[510] != 0x55 || start[511] != 0xAA)
        {
            return null;
        }

        return start.Slice(82, 5).SequenceEqual("FAT32"u8) ? new Superblock("vfat", Text(start.Slice(71, FatLabelBytes)))
            : start.Slice(54, 4).SequenceEqual("FAT1"u8) ? new Superblock("vfat", Text(start.Slice(43, FatLabelBytes)))
            : null;
    }

    /// <summary>True for a config drive; FAT's labels are written large by some.</summary>
    public bool IsConfigDrive => Label.Equals("config-2", StringComparison.OrdinalIgnoreCase);

    private static string Text(ReadOnlySpan<byte> field) => Encoding.ASCII.GetString(field).TrimEnd(' ', '\0');
}

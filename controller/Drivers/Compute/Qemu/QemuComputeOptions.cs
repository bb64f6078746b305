// What the amphorae that are virtual machines of this host are.
namespace Amphora.Controller.Drivers.Compute.Qemu;

/// <summary>Options of the driver.</summary>
internal sealed record QemuComputeOptions
{
    /// <summary>Folder of the image: disk.qcow2, and for a direct boot vmlinuz and initrd.img.</summary>
    public required string Image { get; init; }

    /// <summary>What executes their instructions.</summary>
    public VmAccelerator Accelerator { get; init; }

    /// <summary>What starts their kernel.</summary>
    public VmFirmware Firmware { get; init; }

    /// <summary>MiB of each.</summary>
    public int Memory { get; init; } = 512;

    /// <summary>Processors of each.</summary>
    public int Cpus { get; init; } = 1;

    /// <summary>The hosts that amphorae are kept apart on: labels, all of them this machine.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = ["host-1", "host-2", "host-3", "host-4"];
}

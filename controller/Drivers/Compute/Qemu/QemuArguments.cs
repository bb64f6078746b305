// Pure: the command line of qemu.
using System.Globalization;

namespace Amphora.Controller.Drivers.Compute.Qemu;

/// <summary>Builds it.</summary>
internal static class QemuArguments
{
    /// <summary>The program.</summary>
    public const string Program = "qemu-system-x86_64";

    /// <summary>Port of the agent inside the machine.</summary>
    public const int AgentPort = 9443;

    // Fixed places on the bus: what is saved is only restored where it was, and the guest calls the lowest card eth0.
    private const int DiskSlot = 4;
    private const int RandomSlot = 5;
    private const int DriveSlot = 6;
    private const int ManagementSlot = 8;

    /// <summary>The first slot of a tap.</summary>
    public const int FirstNicSlot = 9;

    /// <summary>The last one: a PCI bus has 32.</summary>
    public const int LastNicSlot = 31;

    // A fifth faster than "max" under emulation, and all that .NET's baseline needs.
    private const string EmulatedCpu = "Nehalem";

    // An instruction takes 2^shift nanoseconds of the guest's time: a machine as fast as a real one, however slow this one is.
    private const int InstructionShift = 1;

    /// <summary>Program and arguments; the machine is made and does not run yet.</summary>
    /// <param name="specification">What it is.</param>
    /// <param name="folder">Where its files are.</param>
    /// <param name="firmware">OVMF; null when it is not needed.</param>
    /// <param name="isRestored">True: its memory comes over QMP.</param>
    public static IReadOnlyList<string> Build(VmSpecification specification, VmFolder folder, string? firmware, bool isRestored)
    {
        List<string> words =
        [
            Program, "-name", folder.Name, "-nodefaults", "-no-user-config", "-display", "none", "-S",
            "-machine", "pc", "-smp", Number(specification.Cpus), "-m", Number(specification.Memory), "-rtc", "base=utc",
            "-object", "rng-random,filename=/dev/urandom,id=random", "-device", $"virtio-rng-pci,rng=random,addr={Slot(RandomSlot)}",
            "-drive", $"if=none,id=root,file={Escape(folder.Disk)},format=qcow2", "-device", $"virtio-blk-pci,drive=root,bootindex=1,addr={Slot(DiskSlot)}",
            "-chardev", $"file,id=serial,path={Escape(folder.Serial.FilePath)},append=on", "-serial", "chardev:serial",
            "-qmp", $"unix:{Escape(folder.Socket)},server=on,wait=off",
        ];
        words.AddRange(specification switch
        {
            { Accelerator: VmAccelerator.Kvm } => ["-accel", "kvm", "-cpu", "host"],
            { CountsInstructions: true } => ["-accel", "tcg,thread=single,tb-size=256", "-cpu", EmulatedCpu, "-icount", $"shift={InstructionShift},sleep=on"],
            _ => ["-accel", "tcg,thread=multi,tb-size=256", "-cpu", EmulatedCpu],
        });
        if (specification.HasConfigDrive)
        {
            words.AddRange("-drive", $"if=none,id=config,file={Escape(folder.ConfigDrive)},format=raw,readonly=on", "-device", $"virtio-blk-pci,drive=config,addr={Slot(DriveSlot)}");
        }

        words.AddRange(Start(specification, firmware));
        words.AddRange(Cards(specification));
        if (isRestored)
        {
            words.AddRange("-incoming", "defer");
        }

        return words;
    }

    private static string[] Start(VmSpecification specification, string? firmware) => specification.Firmware switch
    {
        VmFirmware.Bios => [],
        VmFirmware.Uefi => ["-bios", firmware!],
        _ =>
        [
            "-kernel", Path.Combine(specification.Image, "vmlinuz"), "-initrd", Path.Combine(specification.Image, "initrd.img"),
            // Mitigations cost most where there is nothing to mitigate.
            "-append", $"quiet console=ttyS0 net.ifnames=0{(specification.Accelerator == VmAccelerator.Tcg ? " mitigations=off" : "")} {specification.KernelArguments}".TrimEnd(),
        ],
    };

    private static IEnumerable<string> Cards(VmSpecification specification)
    {
        if (specification.Port is { } port)
        {
            // Nothing leaves the machine this way: the host's port comes in, and that is all.
            yield return "-netdev";
            yield return $"user,id=management,restrict=on,hostfwd=tcp:127.0.0.1:{Number(port)}-:{AgentPort}";
            yield return "-device";
            yield return $"virtio-net-pci,netdev=management,addr={Slot(ManagementSlot)},romfile=";
        }

        foreach (var nic in specification.Nics)
        {
            yield return "-netdev";
            yield return $"tap,id=net-{nic.Id},ifname={nic.Tap},script=no,downscript=no";
            yield return "-device";
            yield return $"virtio-net-pci,netdev=net-{nic.Id},id={nic.Id},mac={nic.Mac},addr={Slot(nic.Slot)},romfile=";
        }
    }

    /// <summary>A slot as qemu writes it: hexadecimal.</summary>
    public static string Slot(int slot) => $"0x{slot:x}";

    // In a list of qemu's options a comma of a value is written twice.
    private static string Escape(string value) => value.Replace(",", ",,", StringComparison.Ordinal);

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}

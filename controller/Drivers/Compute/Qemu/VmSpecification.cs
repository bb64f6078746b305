// What a virtual machine is, as it is kept in its folder.
using System.Text.Json.Serialization;
using Amphora.Contract;
using Amphora.Contract.Rest;

namespace Amphora.Controller.Drivers.Compute.Qemu;

/// <summary>A virtual machine; everything needed to start it again.</summary>
internal sealed record VmSpecification
{
    /// <summary>Folder with <c>disk.qcow2</c>, and for a direct boot <c>vmlinuz</c> and <c>initrd.img</c>.</summary>
    public required string Image { get; init; }

    /// <summary>What starts the kernel.</summary>
    public VmFirmware Firmware { get; init; }

    /// <summary>MiB.</summary>
    public required int Memory { get; init; }

    /// <summary>Processors.</summary>
    public required int Cpus { get; init; }

    /// <summary>What executes its instructions.</summary>
    public VmAccelerator Accelerator { get; init; }

    /// <summary>True: the guest's clock counts its instructions, so that no time limit passes in it because the host is busy. Its clock
    /// falls behind; for tests. Emulation only.</summary>
    public bool CountsInstructions { get; init; }

    /// <summary>Added to the kernel's, for a direct boot.</summary>
    public string? KernelArguments { get; init; }

    /// <summary>Network namespace qemu runs in: its taps and its forwarded port are there; null: the host's.</summary>
    public string? NetworkNamespace { get; init; }

    /// <summary>Port of 127.0.0.1 that is forwarded to the agent's; null: the management network is the first of <see cref="Nics"/>.</summary>
    public int? Port { get; init; }

    /// <summary>True when a config drive is attached, the folder's <c>config-drive</c>.</summary>
    public bool HasConfigDrive { get; init; }

    /// <summary>Its taps.</summary>
    [JsonConverter(typeof(ValueListConverter<VmNic>))]
    public ValueList<VmNic> Nics { get; init; }
}

/// <summary>A network card that is a tap of the host.</summary>
/// <param name="Id">Its name for qemu.</param>
/// <param name="Mac">Six pairs of hexadecimal digits.</param>
/// <param name="Tap">Name of the tap; qemu makes it, and it is gone when qemu is.</param>
/// <param name="Bridge">Bridge the tap is plugged into; null: none.</param>
/// <param name="Slot">PCI slot: a restored machine has to have it in the same one.</param>
internal sealed record VmNic(string Id, string Mac, string Tap, string? Bridge, int Slot);

/// <summary>A card that is asked for.</summary>
/// <param name="Mac">Six pairs of hexadecimal digits.</param>
/// <param name="Bridge">Bridge; null: none.</param>
/// <param name="Tap">Name of the tap; null: one is made up.</param>
internal sealed record WantedNic(string Mac, string? Bridge, string? Tap);

/// <summary>What starts the kernel.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<VmFirmware>))]
internal enum VmFirmware
{
    /// <summary>qemu itself: the quickest.</summary>
    Direct,

    /// <summary>SeaBIOS and the disk's GRUB, as Nova does by default.</summary>
    Bios,

    /// <summary>OVMF and the disk's GRUB.</summary>
    Uefi,
}

/// <summary>What executes the instructions of a machine.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<VmAccelerator>))]
internal enum VmAccelerator
{
    /// <summary>qemu's software emulation: works everywhere.</summary>
    Tcg,

    /// <summary>The kernel's; only by explicit wish: /dev/kvm may open and still not work.</summary>
    Kvm,
}

/// <summary>A machine's folder as a record: what it is, and the process that runs it.</summary>
internal sealed record VmRecord
{
    /// <summary>What it is.</summary>
    public required VmSpecification Specification { get; init; }

    /// <summary>qemu; null: it was never started, or was ended on purpose.</summary>
    public VmProcess? Process { get; init; }
}

/// <summary>A process that cannot be mistaken for a later one with the same number.</summary>
/// <param name="Pid">Its number.</param>
/// <param name="StartTime">Clock ticks from boot to its start.</param>
/// <param name="BootId">The boot of the host.</param>
/// <param name="Started">When, by the wall clock.</param>
internal sealed record VmProcess(int Pid, long StartTime, string BootId, DateTimeOffset Started);

/// <summary>A machine as <c>vm list</c> shows it.</summary>
internal sealed record VmStatus
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary><c>running</c>, <c>paused</c> and what else qemu says; <c>stopped</c> without qemu, <c>broken</c> without a readable record.</summary>
    public required string State { get; init; }

    /// <summary>qemu's process.</summary>
    public int? Pid { get; init; }

    /// <summary>Where its agent is reached, as <c>127.0.0.1:19443</c>.</summary>
    public string? Agent { get; init; }

    /// <summary>Network namespace of qemu.</summary>
    public string? NetworkNamespace { get; init; }

    /// <summary>Its cards, as <c>fa:16:3e:00:00:01 tap1 br0</c>.</summary>
    public IReadOnlyList<string> Nics { get; init; } = [];

    /// <summary>Seconds since qemu was started.</summary>
    public long? Uptime { get; init; }
}

/// <summary>Source generated.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true)]
[JsonSerializable(typeof(VmRecord))]
[JsonSerializable(typeof(VmNic))]
internal sealed partial class VmJson : JsonSerializerContext;

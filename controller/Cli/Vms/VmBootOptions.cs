// The options of vm boot.
using System.CommandLine;
using Amphora.Contract;
using Amphora.Controller.Drivers.Compute.Qemu;

namespace Amphora.Controller.Cli.Vms;

/// <summary>What a new machine shall be.</summary>
internal sealed class VmBootOptions
{
    private const int MostNics = 8;

    private readonly Option<string> _image = CommandOptions.Required(CommandOptions.Path("--image", "DIR", "Folder with disk.qcow2, vmlinuz and initrd.img (build.sh image)."));
    private readonly Option<string> _drive = CommandOptions.Path("--config-drive", "FILE", "Config drive, copied; without: the amphora waits for one.");
    private readonly Option<VmFirmware> _firmware = CommandOptions.One<VmFirmware>("--firmware", "direct|bios|uefi", "What starts the kernel (direct).", "direct, bios or uefi is needed", ReadFirmware);
    private readonly Option<VmAccelerator> _accelerator = VmWords.Accelerator();
    private readonly Option<bool> _icount = new("--count-instructions") { Description = "The guest's clock counts its instructions: nothing times out in it because this host is busy. For tests." };
    private readonly Option<int> _memory = CommandOptions.Number("--memory", "MIB", "Memory (512).", 512, 128, 1024 * 1024);
    private readonly Option<int> _cpus = CommandOptions.Number("--cpus", "N", "Processors (1).", 1, 1, 64);
    private readonly Option<int> _port = VmWords.Port();
    private readonly Option<bool> _noPort = new("--no-port") { Description = "Nothing is forwarded: the first --nic is the management network." };
    private readonly Option<WantedNic[]> _nics = CommandOptions.Many<WantedNic>("--nic", VmWords.NicForm, "A card, a tap of the host.", VmWords.NicRule, VmWords.Nic);
    private readonly Option<string> _space = VmWords.NetworkNamespace();
    private readonly Option<string> _arguments = CommandOptions.One<string>("--kernel-arguments", "TEXT", "Added to the kernel's, for --firmware direct.", "printable text is needed", (string word, out string value) => (value = word).Length > 0 && !word.Any(char.IsControl));

    /// <summary>All of them.</summary>
    public IEnumerable<Option> All => [_image, _drive, _firmware, _accelerator, _icount, _memory, _cpus, _port, _noPort, _nics, _space, _arguments];

    /// <summary>Reads them.</summary>
    public Outcome<(VmSpecification Specification, IReadOnlyList<WantedNic> Nics, string? ConfigDrive)> Read(ParseResult parsed)
    {
        var (nics, port, noPort, firmware) = (parsed.GetRequiredValue(_nics), parsed.GetValue(_port), parsed.GetValue(_noPort), parsed.GetValue(_firmware));
        if (nics.Length > MostNics)
        {
            return Wrong($"--nic is given {nics.Length} times, at most {MostNics} are possible");
        }

        if (nics.GroupBy(nic => nic.Mac).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            return Wrong($"--nic '{twice.Key}': given twice");
        }

        if (noPort && (port > 0 || nics.Length == 0))
        {
            return Wrong(port > 0 ? "--no-port contradicts --port" : "--no-port needs a --nic for the management network");
        }

        if (parsed.GetValue(_icount) && parsed.GetValue(_accelerator) == VmAccelerator.Kvm)
        {
            return Wrong("--count-instructions contradicts --accelerator kvm");
        }

        return parsed.GetValue(_arguments) is not null && firmware != VmFirmware.Direct
            ? Wrong("--kernel-arguments needs --firmware direct: the disk's GRUB has its own")
            : (Specification(parsed) with { Port = noPort ? null : port, Firmware = firmware }, nics, parsed.GetValue(_drive));
    }

    private VmSpecification Specification(ParseResult parsed) => new()
    {
        Image = parsed.GetRequiredValue(_image),
        Memory = parsed.GetValue(_memory),
        Cpus = parsed.GetValue(_cpus),
        Accelerator = parsed.GetValue(_accelerator),
        CountsInstructions = parsed.GetValue(_icount),
        KernelArguments = parsed.GetValue(_arguments),
        NetworkNamespace = parsed.GetValue(_space),
    };

    private static Failure Wrong(string message) => new("read the options", message);

    private static bool ReadFirmware(string word, out VmFirmware value)
    {
        value = word switch { "bios" => VmFirmware.Bios, "uefi" => VmFirmware.Uefi, _ => VmFirmware.Direct };
        return word is "direct" or "bios" or "uefi";
    }
}

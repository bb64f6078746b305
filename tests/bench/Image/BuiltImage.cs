// An image with the element that reports what its boot took.
using Amphora.Fixtures;
using Amphora.Fixtures.Programs;
using Amphora.Fixtures.Vms;

namespace Amphora.Bench.Image;

/// <summary>Built by image/build-image.sh, once: a folder that is there is taken as it is.</summary>
internal sealed record BuiltImage(string Folder)
{
    /// <summary>The amphora.</summary>
    public static Task<BuiltImage> OursAsync(CancellationToken cancellationToken) => BuildAsync("amphora", ["-e", "bench-report"], cancellationToken);

    /// <summary>Debian's octavia-agent and cloud-init on the same system.</summary>
    public static Task<BuiltImage> OctaviaAsync(CancellationToken cancellationToken) => BuildAsync("octavia", ["-E", "stock-octavia bench-report"], cancellationToken);

    /// <summary>MB of the qcow2.</summary>
    public double CompressedSize => new FileInfo(Path.Combine(Folder, "disk.qcow2")).Length / 1e6;

    /// <summary>How many packages its manifest has.</summary>
    public int Packages => VmImage.Packages(Folder).Count;

    /// <summary>MiB of the disk that hold something.</summary>
    public async Task<double> UsedSizeAsync(CancellationToken cancellationToken) => await DiskUseAsync(["--block-size=1"], "disk.raw", cancellationToken);

    /// <summary>MiB of the files in it.</summary>
    public async Task<double> UnpackedSizeAsync(CancellationToken cancellationToken) => await DiskUseAsync(["--block-size=1", "--one-file-system"], "root", cancellationToken);

    private async Task<double> DiskUseAsync(string[] options, string name, CancellationToken cancellationToken)
    {
        string line = await Command.OutputAsync(["du", "--summarize", .. options, Path.Combine(Folder, name)], cancellationToken);
        return double.Parse(line.Split('\t')[0], System.Globalization.CultureInfo.InvariantCulture) / (1024 * 1024);
    }

    private static async Task<BuiltImage> BuildAsync(string name, string[] elements, CancellationToken cancellationToken)
    {
        string folder = Path.Combine(Checkout.Top, "out/bench-image", name);
        if (!File.Exists(Path.Combine(folder, "disk.qcow2")))
        {
            Console.WriteLine($"building {folder}");
            await Command.OutputAsync(
                [
                    "env", $"ELEMENTS_PATH={Path.Combine(Checkout.Top, "tests/bench/Image/elements")}",
                    Path.Combine(Checkout.Top, "image/build-image.sh"), "-o", folder, "-b", Checkout.AgentCommand[0], .. elements,
                ],
                cancellationToken);
        }

        return new BuiltImage(folder);
    }
}

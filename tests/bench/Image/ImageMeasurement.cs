// The image beside one with Octavia's agent: sizes, boots, memory.
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Amphora.Bench.Octavia;
using Amphora.Fixtures;
using Amphora.Fixtures.Agents;
using Amphora.Fixtures.Networks;
using Amphora.Fixtures.Vms;

namespace Amphora.Bench.Image;

/// <summary>Both are booted by turns from a config drive that amphora-controller made.</summary>
internal static partial class ImageMeasurement
{
    private static int Boots => Scale.Of("AMPHORA_BENCH_BOOTS", 3);

    public static async Task RunAsync(CancellationToken cancellationToken)
    {
        ComparisonReport report = new();
        BuiltImage[] images = [await BuiltImage.OursAsync(cancellationToken), await BuiltImage.OctaviaAsync(cancellationToken)];
        await AddAsync(report, "disk.qcow2", "MB", images, image => Task.FromResult(image.CompressedSize));
        await AddAsync(report, "disk.raw, used", "MiB", images, image => image.UsedSizeAsync(cancellationToken));
        await AddAsync(report, "root file system, unpacked", "MiB", images, image => image.UnpackedSizeAsync(cancellationToken));
        await AddAsync(report, "packages", "", images, image => Task.FromResult((double)image.Packages));
        using ControllerFiles files = await ControllerFiles.CreateAsync(cancellationToken);
        Dictionary<string, PairSamples> samples = [];
        for (int boot = 0; boot < Boots; boot++)
        {
            for (int side = 0; side < images.Length; side++)
            {
                foreach ((string name, double value) in await BootAsync(files, images[side].Folder, cancellationToken))
                {
                    if (!samples.TryGetValue(name, out PairSamples? pair))
                    {
                        samples[name] = pair = new PairSamples();
                    }

                    pair[side].Add(value);
                }
            }
        }

        foreach ((string name, PairSamples pair) in samples)
        {
            report.Add(name, name.StartsWith("memory", StringComparison.Ordinal) ? "MiB" : "s", pair.Ours, pair.Octavia);
        }

        BenchmarkPage.WriteSection("The image", Introduction() + report.Table());
    }

    private static async Task AddAsync(ComparisonReport report, string what, string unit, BuiltImage[] images, Func<BuiltImage, Task<double>> readAsync)
    {
        PairSamples pair = new();
        for (int side = 0; side < images.Length; side++)
        {
            pair[side].Add(await readAsync(images[side]));
        }

        report.Add(what, unit, pair.Ours, pair.Octavia);
    }

    private static async Task<IReadOnlyList<(string Name, double Value)>> BootAsync(ControllerFiles files, string image, CancellationToken cancellationToken)
    {
        await using TestNamespace space = await TestNamespace.CreateAsync("bench", cancellationToken);
        string drive = await files.IsoDriveAsync(Guid.NewGuid().ToString(), "SINGLE", cancellationToken);
        long start = Stopwatch.GetTimestamp();
        await using VirtualMachine machine = await VirtualMachine.BootAsync(
            image, space, ["--memory", "1024", "--config-drive", drive, "--wait", $"{VirtualMachine.BootLimit}"], cancellationToken);
        using AgentApi api = machine.Api(files);
        await api.SendAsync(HttpMethod.Get, "/", null, cancellationToken);
        TimeSpan answered = Stopwatch.GetElapsedTime(start);
        string console = await machine.ConsoleUntilAsync("bench: end", cancellationToken);
        return
        [
            ("power-on to the first answer over mutual TLS", answered.TotalSeconds),
            ("kernel's start until the agent's port is open", Number(Listening().Match(console))),
            ("systemd-analyze: kernel", Seconds(Boot().Match(console).Groups["kernel"].Value)),
            ("systemd-analyze: userspace", Seconds(Boot().Match(console).Groups["userspace"].Value)),
            ("memory in use, idle", (Number(Memory("MemTotal").Match(console)) - Number(Memory("MemAvailable").Match(console))) / 1024),
        ];
    }

    private static double Number(Match match) => match.Success
        ? double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
        : throw new InvalidOperationException("the console does not have all figures");

    // systemd.time(7), as "1min 3.456s", "5.6s", "789ms".
    private static double Seconds(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Sum(word => word switch
    {
        _ when word.EndsWith("min", StringComparison.Ordinal) => 60 * double.Parse(word[..^3], CultureInfo.InvariantCulture),
        _ when word.EndsWith("ms", StringComparison.Ordinal) => double.Parse(word[..^2], CultureInfo.InvariantCulture) / 1000,
        _ => double.Parse(word[..^1], CultureInfo.InvariantCulture),
    });

    private static string Introduction() => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        What `./build.sh bench image` printed on {DateTimeOffset.UtcNow:yyyy-MM-dd} on the same machine ({Machine.Description}): our image, and one with Debian's octavia-agent
        and cloud-init on the same Debian, built by the same script (`image/build-image.sh -E`) with the same units masked. Each is started by
        `amphora-controller vm boot` in qemu without hardware acceleration, 1 GiB of memory, one processor, from the same kind of config drive; by turns, {Boots} of each; load average
        at the end {File.ReadAllText("/proc/loadavg").Split(' ')[0]}. The element `bench-report` reports from inside. Median (least–most); the ratio says how many times better ours is.


        """);

    private static Regex Memory(string name) => new($@"bench: {name} (\d+) kB", RegexOptions.None, TimeSpan.FromSeconds(1));

    [GeneratedRegex(@"bench: listening ([0-9.]+)")]
    private static partial Regex Listening();

    [GeneratedRegex(@"bench: boot Startup finished in (?<kernel>[^(]+) \(kernel\)(?: \+ [^(]+ \(initrd\))? \+ (?<userspace>[^(]+) \(userspace\)")]
    private static partial Regex Boot();
}

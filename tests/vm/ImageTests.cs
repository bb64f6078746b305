// The image as files: what is in it, how large it is, and that it is made the same again.
using System.Security.Cryptography;
using Amphora.Fixtures;
using Amphora.Fixtures.Programs;
using Amphora.Fixtures.Vms;
using Xunit;

namespace Amphora.Vm.Tests;

public sealed class ImageTests
{
    private const long MostBytes = 110_000_000;

    // A compiler, an interpreter with its libraries, what cloud-init and a login by network would be.
    private static readonly string[] s_unwanted = ["gcc", "cpp", "python3", "python3-minimal", "cloud-init", "openssh-server", "locales", "apparmor"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void It_is_small_and_nothing_is_in_it_that_an_amphora_does_not_need()
    {
        IReadOnlyList<string> packages = VmImage.Packages(VmImage.Find());

        Assert.Contains("haproxy", packages);
        Assert.Empty(packages.Intersect(s_unwanted));
        Assert.InRange(new FileInfo(Path.Combine(VmImage.Find(), "disk.qcow2")).Length, 1, MostBytes);
    }

    [Fact]
    public async Task The_same_root_makes_the_same_disk_bit_by_bit()
    {
        using TestFolder again = new();
        await Command.OutputAsync([Path.Combine(Checkout.Top, "image/pack-disk.sh"), "-r", Path.Combine(VmImage.Find(), "root"), "-o", again["out"]], Cancel);

        Assert.Equal(await HashAsync(Path.Combine(VmImage.Find(), "disk.raw")), await HashAsync(again["out/disk.raw"]));
    }

    private static async Task<string> HashAsync(string path)
    {
        await using FileStream file = File.OpenRead(path);
        return Convert.ToHexString(await SHA256.HashDataAsync(file, Cancel));
    }
}

// Looking into a device that nobody else sees mounted: a real loop device.
using Amphora.Fixtures;
using Amphora.Fixtures.Programs;
using Amphora.Linux.Namespaces;
using Amphora.Linux.Native;
using Xunit;

namespace Amphora.Linux.Tests.Namespaces;

public sealed class ReadOnlyMountTests : IAsyncLifetime
{
    private readonly TestFolder _folder = new();
    private string _device = "";

    public async ValueTask InitializeAsync()
    {
        var image = _folder["image"];
        _folder.Write("tree/openstack/latest/meta_data.json", "{}");
        using (var file = File.Create(image))
        {
            file.SetLength(8 * 1024 * 1024);
        }

        await Command.OutputAsync(["mkfs.ext4", "-q", "-F", "-d", _folder["tree"], image], Cancellation);
        _device = (await Command.OutputAsync(["losetup", "--find", "--show", image], Cancellation)).Trim();
    }

    public async ValueTask DisposeAsync()
    {
        if (_device.Length > 0)
        {
            await Command.OutputAsync(["losetup", "--detach", _device], CancellationToken.None);
        }

        _folder.Dispose();
    }

    [Fact]
    public void The_reader_sees_the_files_and_nobody_else_the_mount()
    {
        var (content, refused, elsewhere) = ReadOnlyMount.Read(_device, "ext4", directory => (
            File.ReadAllText(Path.Combine(directory, "openstack/latest/meta_data.json")),
            Record.Exception(() => File.WriteAllText(Path.Combine(directory, "new"), "x")),
            File.ReadAllText("/proc/self/mounts")));

        Assert.Equal("{}", content);
        Assert.IsType<IOException>(refused);
        Assert.DoesNotContain(_device, elsewhere, StringComparison.Ordinal);
        Assert.DoesNotContain(_device, File.ReadAllText("/proc/self/mounts"), StringComparison.Ordinal);
        Assert.False(File.Exists("/mnt/openstack/latest/meta_data.json"));
    }

    [Fact]
    public void A_file_system_the_kernel_does_not_have_is_named()
    {
        var refused = Assert.Throws<LinuxException>(() => ReadOnlyMount.Read(_device, "nofs", static directory => directory));

        Assert.Contains($"mount {_device} as nofs", refused.Message, StringComparison.Ordinal);
        Assert.Equal(19, refused.Errno);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;
}

// Named network namespaces, side by side with ip-netns(8).
using System.Text.Json;
using Amphora.Fixtures.Networks;
using Amphora.Fixtures.Programs;
using Amphora.Linux.Namespaces;
using Amphora.Linux.Native;
using Xunit;

namespace Amphora.Linux.Tests.Namespaces;

public sealed class NetworkNamespaceTests
{
    [Fact]
    public async Task A_created_namespace_is_one_for_ip_netns()
    {
        using var scratch = new TestNamespace("create");

        var links = JsonDocument.Parse(scratch.Ip("-j", "link")).RootElement;

        Assert.Contains(scratch.Name, await Command.OutputAsync(["ip", "netns", "list"], TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal("lo", Assert.Single(links.EnumerateArray()).GetProperty("ifname").GetString());
        Assert.Equal("DOWN", links[0].GetProperty("operstate").GetString());
        Assert.Equal(UnixFileMode.None, FileModeBelow(scratch.Name));
    }

    [Fact]
    public async Task A_namespace_of_ip_netns_is_one_for_us()
    {
        using var scratch = new TestNamespace("adopt", create: false);

        await Command.OutputAsync(["ip", "netns", "add", scratch.Name], TestContext.Current.CancellationToken);

        Assert.True(NetworkNamespace.Exists(scratch.Name));
        Assert.False(NetworkNamespace.Ensure(scratch.Name));
        NetworkNamespace.Delete(scratch.Name);
        Assert.DoesNotContain(scratch.Name, await Command.OutputAsync(["ip", "netns", "list"], TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ip_netns_deletes_what_was_created_here()
    {
        using var scratch = new TestNamespace("handover");

        await Command.OutputAsync(["ip", "netns", "delete", scratch.Name], TestContext.Current.CancellationToken);

        Assert.False(NetworkNamespace.Exists(scratch.Name));
    }

    [Fact]
    public void A_name_that_is_taken_is_refused()
    {
        using var scratch = new TestNamespace("taken");

        var exception = Assert.Throws<LinuxException>(() => NetworkNamespace.Create(scratch.Name));

        Assert.Equal(Libc.EEXIST, exception.Errno);
        Assert.True(NetworkNamespace.Exists(scratch.Name));
    }

    [Fact]
    public void Deleting_twice_is_deleting_once()
    {
        using var scratch = new TestNamespace("twice");

        NetworkNamespace.Delete(scratch.Name);
        NetworkNamespace.Delete(scratch.Name);

        Assert.False(NetworkNamespace.Exists(scratch.Name));
    }

    [Fact]
    public void Ensure_repairs_what_a_killed_creator_left_behind()
    {
        using var scratch = new TestNamespace("leftover", create: false);
        Directory.CreateDirectory(NetworkNamespace.Folder);
        File.WriteAllText(NetworkNamespace.PathOf(scratch.Name), "");

        var created = NetworkNamespace.Ensure(scratch.Name);

        Assert.True(created);
        Assert.True(NetworkNamespace.Exists(scratch.Name));
    }

    [Fact]
    public void Many_callers_that_ensure_a_namespace_make_one()
    {
        using var scratch = new TestNamespace("race", create: false);
        var created = 0;

        Parallel.For(0, 16, _ =>
        {
            if (NetworkNamespace.Ensure(scratch.Name))
            {
                Interlocked.Increment(ref created);
            }
        });

        Assert.Equal(1, created);
        Assert.Single(MountPoints(), NetworkNamespace.PathOf(scratch.Name));
        Assert.Single(MountPoints(), NetworkNamespace.Folder);
    }

    [Fact]
    public void What_runs_inside_a_namespace_leaves_the_callers_thread_alone()
    {
        using var scratch = new TestNamespace("run");
        var before = NamespaceOfThisThread();

        var inside = NetworkNamespace.Run(scratch.Name, NamespaceOfThisThread);

        Assert.NotEqual(before, inside);
        Assert.Equal(before, NamespaceOfThisThread());
    }

    [Fact]
    public void An_exception_inside_a_namespace_reaches_the_caller()
    {
        using var scratch = new TestNamespace("throw");

        var exception = Assert.Throws<InvalidOperationException>(
            () => NetworkNamespace.Run<int>(scratch.Name, () => throw new InvalidOperationException("from inside")));

        Assert.Equal("from inside", exception.Message);
    }

    [Fact]
    public void A_namespace_that_is_not_there_is_named_in_the_error()
    {
        var exception = Assert.Throws<LinuxException>(() => NetworkNamespace.Run("no-such-namespace", () => 0));

        Assert.Equal(Libc.ENOENT, exception.Errno);
        Assert.Contains("no-such-namespace", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a/b")]
    public void A_name_that_is_no_file_name_is_refused(string name) =>
        Assert.Throws<ArgumentException>(() => NetworkNamespace.Create(name));

    private static string NamespaceOfThisThread() =>
        File.ResolveLinkTarget("/proc/thread-self/ns/net", returnFinalTarget: false)?.Name ?? "";

    private static IEnumerable<string> MountPoints() => File.ReadLines("/proc/self/mountinfo").Select(line => line.Split(' ')[4]);

    // The file below the mount, as a mount namespace without it would see it.
    private static UnixFileMode FileModeBelow(string name)
    {
        var path = NetworkNamespace.PathOf(name);
        Assert.Equal(0, Libc.umount2(path, Libc.MNT_DETACH));
        return File.GetUnixFileMode(path);
    }
}

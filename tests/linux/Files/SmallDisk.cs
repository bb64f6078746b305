// A file system that is soon full: a tmpfs of a few pages below a private directory.
using Amphora.Linux.Processes;
using Xunit;

namespace Amphora.Linux.Tests.Files;

internal sealed class SmallDisk : IAsyncDisposable
{
    internal const int Size = 256 * 1024;

    private static readonly ToolOptions Options = new() { TimeLimit = TimeSpan.FromSeconds(20) };

    private SmallDisk(string directory) => Directory = directory;

    internal string Directory { get; }

    public async ValueTask DisposeAsync() => await RunAsync(["umount", "--lazy", Directory], CancellationToken.None);

    internal static async Task<SmallDisk> MountAsync(string parent, CancellationToken cancellationToken)
    {
        var directory = System.IO.Directory.CreateDirectory(Path.Combine(parent, "disk")).FullName;
        await RunAsync(["mount", "-t", "tmpfs", "-o", $"size={Size}", "amphora-test", directory], cancellationToken);
        return new SmallDisk(directory);
    }

    private static async Task RunAsync(string[] command, CancellationToken cancellationToken)
    {
        var result = await Tool.RunAsync(command, Options, cancellationToken);
        Assert.True(result.Succeeded, $"{string.Join(' ', command)}: {result.Output}");
    }
}

// What a power failure leaves of keepalived's pid files.
using System.Diagnostics;
using Amphora.Agent.Keepalived;
using Amphora.Fixtures;
using Amphora.Fixtures.Programs;
using Xunit;

namespace Amphora.Agent.Tests.Keepalived;

public sealed class StalePidFilesTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_that_names_another_process_goes()
    {
        var file = _folder.Write("vrrp/octavia-keepalived.pid", $"{Environment.ProcessId}\n");

        StalePidFiles.Remove(_folder.Path);

        Assert.False(File.Exists(file));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no number")]
    [InlineData("2147483647")]
    public void A_file_that_names_nobody_goes(string content)
    {
        var file = _folder.Write("lvs/octavia-keepalivedlvs-l1.check.pid", content);

        StalePidFiles.Remove(_folder.Path);

        Assert.False(File.Exists(file));
    }

    [Fact]
    public void The_file_of_the_process_that_writes_it_stays()
    {
        var file = _folder["vrrp/octavia-keepalived.pid"];
        using var process = Process.Start("/bin/sh", ["-c", "sleep 60; true", "keepalived", "-p", file]);
        try
        {
            _folder.Write("vrrp/octavia-keepalived.pid", $"{process.Id}\n");

            StalePidFiles.Remove(_folder.Path);

            Assert.True(File.Exists(file));
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }

    [Fact]
    public void An_amphora_without_keepalived_has_none() => StalePidFiles.Remove(_folder.Path);
}

// Which binaries there are, and which of them is the agent.
using Amphora.Agent.Upgrade;
using Xunit;

namespace Amphora.Agent.Tests.Upgrade;

public sealed class BinarySlotsTests : IDisposable
{
    private readonly UpgradeFolder _host = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task A_binary_that_came_in_and_is_not_kept_is_gone()
    {
        using (var incoming = await _host.Slots.ReceiveAsync(new MemoryStream([1, 2, 3]), Cancellation))
        {
            Assert.True(File.Exists(incoming.Program));
        }

        Assert.Equal(["amphora-agent", "slots"], _host.Files);
    }

    [Fact]
    public async Task One_that_breaks_off_is_gone()
    {
        await Assert.ThrowsAsync<IOException>(() => _host.Slots.ReceiveAsync(new BrokenStream(), Cancellation));

        Assert.Equal(["amphora-agent", "slots"], _host.Files);
    }

    [Fact]
    public async Task What_a_killed_agent_left_is_gone_with_the_next_one()
    {
        Directory.CreateDirectory(Path.Combine(_host.Options.Directory, "slots", ".incoming-1234"));

        var sha256 = await _host.AddAsync("#!/bin/sh\n", Cancellation);

        Assert.Equal(["amphora-agent", "slots", $"slots/{sha256}", $"slots/{sha256}/amphora-agent"], _host.Files);
    }

    [Fact]
    public async Task A_kept_one_can_be_executed_and_the_link_led_to_it_and_back()
    {
        var sha256 = await _host.AddAsync("#!/bin/sh\n", Cancellation);

        Assert.Equal("factory", _host.Slots.Current);
        _host.Slots.Point(sha256);
        Assert.Equal(sha256, _host.Slots.Current);
        Assert.Equal(IncomingBinary.Everybody, File.GetUnixFileMode(Path.Combine(_host.Options.Directory, "amphora-agent")));
        _host.Slots.Point(BinarySlots.Factory);
        Assert.Equal("factory", _host.Slots.Current);
    }

    [Theory]
    [InlineData("/usr/bin/python3")]
    [InlineData("slots/0000/amphora-agent")]
    [InlineData(null)]
    public void A_link_that_leads_elsewhere_is_none_of_ours(string? target)
    {
        var link = Path.Combine(_host.Options.Directory, "amphora-agent");
        File.Delete(link);
        if (target is not null)
        {
            File.CreateSymbolicLink(link, target);
        }

        Assert.Null(_host.Slots.Current);
    }

    [Fact]
    public async Task The_current_one_is_never_pruned()
    {
        var (first, second, third) = (await _host.AddAsync("1", Cancellation), await _host.AddAsync("2", Cancellation), await _host.AddAsync("3", Cancellation));
        _host.Slots.Point(second);

        _host.Slots.Prune(third);

        Assert.False(Directory.Exists(Path.GetDirectoryName(_host.Slots.PathOf(first))));
        Assert.True(File.Exists(_host.Slots.PathOf(second)));
        Assert.True(File.Exists(_host.Slots.PathOf(third)));
    }

    private sealed class BrokenStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw new IOException("broken off");
    }
}

// What the variables of sd_listen_fds(3) say, and to whom.
using Amphora.Linux.SdBus;
using Xunit;

namespace Amphora.Linux.Tests.SdBus;

public sealed class InheritedDescriptorsTests
{
    [Theory]
    [InlineData("7", "2", "api:other", "api,other")]
    [InlineData("7", "2", "api", "api,unknown")]
    [InlineData("7", "1", null, "unknown")]
    [InlineData("7", "0", "", "")]
    [InlineData("8", "1", "api", "")]
    [InlineData(null, null, null, "")]
    [InlineData("7", "many", "api", "")]
    [InlineData("7", "-1", "api", "")]
    public void Names_are_those_of_this_process(string? pid, string? count, string? names, string expected) =>
        Assert.Equal(expected.Split(',', StringSplitOptions.RemoveEmptyEntries), InheritedDescriptors.Names(pid, count, names, own: 7));
}

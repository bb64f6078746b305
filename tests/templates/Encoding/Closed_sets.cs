// ClosedSetEncoder: addresses, ports, names and paths; nothing else.
using Amphora.Templates.Encoding;
using Xunit;

namespace Amphora.Templates.Tests.Encoding;

public sealed class Closed_sets
{
    [Theory]
    [InlineData("10.0.0.0/8")]
    [InlineData("2001:db8::/32")]
    [InlineData("eth1")]
    [InlineData("443")]
    public void Nftables_takes_what_needs_no_quotes(string value) => Assert.Equal(value, ClosedSetEncoder.Nftables.Encode(value));

    [Theory]
    [InlineData("")]
    [InlineData("1.2.3.4; drop")]
    [InlineData("{ 1.2.3.4 }")]
    [InlineData("a\n")]
    [InlineData("é")]
    [InlineData("$x")]
    public void Nftables_takes_nothing_else(string value) => Assert.Throws<UnsafeValueException>(() => ClosedSetEncoder.Nftables.Encode(value));

    [Theory]
    [InlineData("/var/lib/a b.pem")]
    [InlineData("/var/lib/[x].pem")]
    [InlineData("#.pem")]
    [InlineData("!x")]
    [InlineData("")]
    public void A_crt_list_takes_no_path_that_is_more_than_a_path(string value) =>
        Assert.Throws<UnsafeValueException>(() => ClosedSetEncoder.CrtList.Encode(value));
}

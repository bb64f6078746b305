// Header and query of an upload.
using Amphora.Agent.Upgrade;
using Xunit;

namespace Amphora.Agent.Tests.Upgrade;

public sealed class UpgradeRequestTests
{
    [Theory]
    [InlineData(null, 60)]
    [InlineData("5", 5)]
    [InlineData("600", 600)]
    public void Good_ones_are_read(string? confirmWithin, int seconds)
    {
        var (request, faults) = UpgradeRequest.Read("AQID", confirmWithin);

        Assert.Empty(faults);
        Assert.Equal([1, 2, 3], request!.Signature);
        Assert.Equal(seconds, request.ConfirmWithin);
    }

    [Theory]
    [InlineData(null, null, "required")]
    [InlineData("", null, "required")]
    [InlineData("no base64!", null, "pattern")]
    [InlineData("AQID", "4", "range")]
    [InlineData("AQID", "601", "range")]
    [InlineData("AQID", "-5", "range")]
    [InlineData("AQID", "", "range")]
    [InlineData("no base64!", "soon", "pattern,range")]
    public void Bad_ones_name_what_is_wrong(string? signature, string? confirmWithin, string rules)
    {
        var (request, faults) = UpgradeRequest.Read(signature, confirmWithin);

        Assert.Null(request);
        Assert.Equal(rules.Split(','), faults.Select(fault => fault.Rule));
    }

    [Fact]
    public void A_signature_that_is_too_long_is_shown_shortened()
    {
        var (_, faults) = UpgradeRequest.Read(Convert.ToBase64String(new byte[2000]), null);

        Assert.Equal("pattern", Assert.Single(faults).Rule);
        Assert.InRange(faults[0].Message.Length, 1, 250);
    }
}

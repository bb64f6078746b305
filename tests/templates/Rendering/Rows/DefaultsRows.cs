// config-rendering.md §2: the defaults section.
namespace Amphora.Templates.Tests.Rendering.Rows;

public sealed class DefaultsRows
{
    [Fact]
    public void D1_logging_is_on_unless_the_setting_says_no()
    {
        Assert.True(Documents.Http().Haproxy().Defaults.Has("log global"));

        var silent = Documents.Http().Settings(s => s with { ConnectionLogging = false }).Haproxy().Defaults;
        Assert.True(silent.Has("no log"));
        Assert.False(silent.Has("log global"));
    }

    [Theory]
    [InlineData("retries 3")]
    [InlineData("option redispatch")]
    [InlineData("option splice-request")]
    [InlineData("option splice-response")]
    [InlineData("option http-keep-alive")]
    public void D2_to_D5_the_rest_is_always_there(string line) => Assert.True(Documents.Http().Haproxy().Defaults.Has(line));

    [Fact]
    public void Mode_and_timeouts_are_stated_by_each_proxy()
    {
        var defaults = Documents.Http().Haproxy().Defaults;

        Assert.Null(defaults.After("mode"));
        Assert.Null(defaults.After("timeout"));
    }
}

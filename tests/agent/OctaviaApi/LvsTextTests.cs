// What is read back from an uploaded LVS configuration: agent-api §9.
using Amphora.Agent.Keepalived.Uploaded;
using Xunit;

namespace Amphora.Agent.Tests.OctaviaApi;

public sealed class LvsTextTests
{
    [Fact]
    public void Vips_are_the_first_words_of_the_group_blocks() => Assert.Equal(
        "10.0.0.5 10.0.0.6 2001:db8::5",
        string.Join(' ', LvsText.Vips("""
            net_namespace amphora-haproxy
            virtual_server_group ipv4-group {
                10.0.0.5 53
                10.0.0.6 53
                10.0.0.5 54
            }
            virtual_server group ipv4-group {
                real_server 10.0.0.9 53 {
                }
            }
            virtual_server_group ipv6-group {
                2001:db8::5 53
            }
            """)));

    [Theory]
    [InlineData("")]
    [InlineData("    virtual_server_group indented {\n    10.0.0.1 53\n}\n")]
    [InlineData("virtual_server_group g {\n    name 53\n}\n10.0.0.1 53\n")]
    public void Anything_else_is_no_vip(string text) => Assert.Empty(LvsText.Vips(text));
}

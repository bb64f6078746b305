// What of the old process's state the new one takes over.
using Amphora.Agent.Haproxy.Runtime;
using Amphora.Agent.Haproxy.Slots;
using Xunit;

namespace Amphora.Agent.Tests.Haproxy;

public sealed class ServersStateTests
{
    private const string Header =
        "1\n# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight srv_time_since_last_change "
        + "srv_check_status srv_check_result srv_check_health srv_check_state srv_agent_state bk_f_forced_id srv_f_forced_id srv_fqdn "
        + "srv_port srvrecord srv_use_ssl srv_check_port srv_check_addr srv_agent_addr srv_agent_port\n";

    private const string Up = "3 p:l 1 m 10.0.0.1 2 0 1 1 2 6 3 1 6 0 0 0 - 80 - 0 0 - - 0\n";
    private const string Disabled = "3 p:l 1 m 10.0.0.1 0 5 1 1 2 1 0 0 8 0 0 0 - 80 - 0 0 - - 0\n";
    private const string UpV6 = "3 p:l 1 m 2001:db8::1 2 0 1 1 2 6 3 1 6 0 0 0 - 80 - 0 0 - - 0\n";

    [Theory]
    [InlineData(Up, "backend p:l\n    server m 10.0.0.1:80 weight 1 check\n", true)]
    [InlineData(UpV6, "backend p:l\n    server m [2001:db8::1]:80 check\n", true)]
    [InlineData(Up, "backend p:l\n    server m 10.0.0.1:81 check\n", false)]
    [InlineData(Up, "backend p:l\n    server m 10.0.0.2:80 check\n", false)]
    [InlineData(Up, "backend p:l\n    server n 10.0.0.1:80 check\n", false)]
    [InlineData(Up, "backend q:l\n    server m 10.0.0.1:80 check\n", false)]
    [InlineData(Disabled, "backend p:l\n    server m 10.0.0.1:80 check\n", false)]
    public void Only_servers_that_stand_unchanged_keep_their_state(string line, string config, bool kept)
    {
        var result = ServersState.Keep(Header + line + "\n", SlottedText.Parse("backend p:l\n    server m 10.0.0.1:80\n"), SlottedText.Parse(config));

        Assert.Equal(kept ? Header + line : Header, result);
    }

    [Fact]
    public void A_member_is_found_under_the_name_it_gets_with_the_weight_and_checks_it_gets()
    {
        const string State = "3 p:l 2 slot-1 10.0.0.9 0 4 7 1 2 6 3 1 6 0 0 0 - 80 - 0 8080 10.0.0.8 - 0\n";
        var running = SlottedText.Parse("backend p:l\n    server m 10.0.0.1:80 disabled # left by m\n    server slot-1 10.0.0.9:80 weight 7 port 8080 addr 10.0.0.8 # member n\n");

        var result = ServersState.Keep(Header + Up + State, running, SlottedText.Parse("backend p:l\n    server m 10.0.0.1:80\n    server n 10.0.0.9:80 weight 3\n"));

        Assert.Equal(Header + "3 p:l 2 n 10.0.0.9 0 0 3 3 2 6 3 1 6 0 0 0 - 80 - 0 0 - - 0\n", result);
    }
}

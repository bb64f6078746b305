// What of the old process's state the new one takes over.
using Amphora.Agent.Haproxy;
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
    [InlineData(Up, "backend p:l\n    server m 10.0.0.1:80 weight 5 check\n", true)]
    [InlineData(UpV6, "backend p:l\n    server m [2001:db8::1]:80 check\n", true)]
    [InlineData(Up, "backend p:l\n    server m 10.0.0.1:81 check\n", false)]
    [InlineData(Up, "backend p:l\n    server m 10.0.0.2:80 check\n", false)]
    [InlineData(Up, "backend p:l\n    server n 10.0.0.1:80 check\n", false)]
    [InlineData(Up, "backend q:l\n    server m 10.0.0.1:80 check\n", false)]
    [InlineData(Disabled, "backend p:l\n    server m 10.0.0.1:80 check\n", false)]
    public void Only_servers_that_stand_unchanged_keep_their_state(string line, string config, bool kept)
    {
        var state = Header + line + "\n";

        var result = ServersState.Keep(state, config);

        Assert.Equal(kept ? Header + line : Header, result);
    }
}

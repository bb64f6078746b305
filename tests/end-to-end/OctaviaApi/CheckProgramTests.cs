// The programs that configurations of LVS listeners name, as keepalived runs them.
using System.Net;
using System.Net.Sockets;
using Amphora.Fixtures.Agents;
using Amphora.Fixtures.Programs;
using Xunit;

namespace Amphora.EndToEnd.Tests.OctaviaApi;

public sealed class CheckProgramTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task They_come_with_the_first_upload_and_say_who_is_there()
    {
        await using AgentProcess agent = await AgentProcess.StartAsync(new AgentConfiguration(), Cancellation);
        using OctaviaClient client = new(agent.CreateClient());
        string listener = Guid.NewGuid().ToString(), checks = Path.Combine(agent.BasePath, "lvs", "check");
        using Socket member = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        member.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        string port = $"{((IPEndPoint)member.LocalEndPoint!).Port}";

        string config = StockTexts.Lvs(agent.BasePath, listener, listener, IPAddress.Loopback, (IPEndPoint)member.LocalEndPoint!);
        (await client.PutAsync($"/listeners/{agent.Configuration.AmphoraId}/{listener}/udp_listener", config, Cancellation)).Expect(200);
        int up = await RunAsync(Path.Combine(checks, "udp_check.sh"), "127.0.0.1", port);
        member.Dispose();
        int down = await RunAsync(Path.Combine(checks, "udp_check.sh"), "127.0.0.1", port);
        int silent = await RunAsync(Path.Combine(checks, "amphora-health-checker"), "sctp", "-t", "1", "127.0.0.1", port);

        Assert.Equal((0, 1, 2), (up, down, silent));
        Assert.All(Directory.GetFiles(checks), file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserExecute, File.GetUnixFileMode(file)));
    }

    private static async Task<int> RunAsync(params string[] command) => (await Command.RunAsync(command, Cancellation)).ExitCode;
}

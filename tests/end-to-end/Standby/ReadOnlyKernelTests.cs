// A host whose kernel settings cannot be written, as some containers are.
using Amphora.Fixtures;
using Amphora.Fixtures.Agents;
using Amphora.Fixtures.Networks;
using Xunit;

namespace Amphora.EndToEnd.Tests.Standby;

public sealed class ReadOnlyKernelTests
{
    // /proc is private first: the mount over it is the agent's alone. Where namespaces are named stays shared, or nobody would see the agent's.
    private const string ReadOnly = "mount --make-private /proc && mount --bind /proc/sys /proc/sys && mount -o remount,bind,ro /proc/sys && exec \"$@\"";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_backup_that_may_not_bind_an_address_it_does_not_have_is_a_warning()
    {
        await using Topology topology = await Topology.CreateAsync(members: 0, withVipPort: true, Cancel);
        AgentConfiguration configuration = new() { Topology = "ACTIVE_STANDBY", Wrapper = ["unshare", "--mount", "--propagation", "unchanged", "sh", "-c", ReadOnly, "sh"] };
        await using AgentProcess agent = await AgentProcess.StartAsync(topology, configuration, Cancel);
        using AgentApi api = new(agent.CreateClient());

        await api.PlugVipAsync(topology, Cancel);

        await Until.TrueAsync(
            "the agent warns",
            TimeSpan.FromSeconds(10),
            () => agent.Log.Contains("kernel setting net/ipv4/ip_nonlocal_bind cannot be 1", StringComparison.Ordinal),
            Cancel);
        Assert.Contains("<4>", agent.Log.Split('\n').First(line => line.Contains("ip_nonlocal_bind", StringComparison.Ordinal)), StringComparison.Ordinal);
    }
}

// The rows of the network endpoints against a real agent over mutual TLS, with real links.
using Amphora.Fixtures.Agents;
using Amphora.Fixtures.Networks;
using Xunit;

namespace Amphora.EndToEnd.Tests.OctaviaApi;

public sealed class PortContractTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_cannot_be_plugged_is_refused_as_it_is_written()
    {
        await using AgentUnderTest agent = await AgentUnderTest.StartAsync(Cancellation);

        await CheckAsync(agent.Client, PortRows.Refusals(), agent.IsOurs, () => agent.Log);
    }

    /// <summary>Against another agent <c>AMPHORA_OCTAVIA_ROOT</c> names the network namespace it runs in: cards are put there.</summary>
    [Fact]
    public async Task The_life_of_ports_is_answered_as_it_is_written()
    {
        if (Environment.GetEnvironmentVariable("AMPHORA_OCTAVIA_AGENT") is { Length: > 0 })
        {
            string root = Environment.GetEnvironmentVariable("AMPHORA_OCTAVIA_ROOT") ?? throw new InvalidOperationException("AMPHORA_OCTAVIA_ROOT is not set");
            await using AgentUnderTest other = await AgentUnderTest.StartAsync(Cancellation);
            await CheckAsync(other.Client, PortRows.Life(await Cards.HotPlugAsync(root, Cancellation)), isOurs: false, () => "");
            return;
        }

        await using Topology topology = await Topology.CreateAsync(members: 0, withVipPort: false, Cancellation);
        await using AgentProcess agent = await AgentProcess.StartAsync(topology, new AgentConfiguration(), Cancellation);
        using OctaviaClient client = new(agent.CreateClient());
        await CheckAsync(client, PortRows.Life(await Cards.HotPlugAsync(topology.Amphora.Name, Cancellation)), isOurs: true, () => agent.Log);
    }

    private static async Task CheckAsync(OctaviaClient client, IEnumerable<Row> rows, bool isOurs, Func<string> log)
    {
        List<string> findings = [];
        foreach (Row row in rows.Where(row => isOurs || row.Stock is null))
        {
            findings.AddRange(row.Check(await client.SendAsync(row, Cancellation)));
        }

        Assert.True(findings.Count == 0, string.Join('\n', findings) + "\n" + log());
    }
}

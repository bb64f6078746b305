// The rows of the network endpoints against a real agent over mutual TLS, with real links.
using Amphora.Fixtures.Agents;
using Amphora.Fixtures.Networks;
using Amphora.Fixtures.Programs;
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
            await CheckAsync(other.Client, PortRows.Life(await HotPlugAsync(root)), isOurs: false, () => "");
            return;
        }

        await using Topology topology = await Topology.CreateAsync(members: 0, withVipPort: false, Cancellation);
        await using AgentProcess agent = await AgentProcess.StartAsync(topology, new AgentConfiguration(), Cancellation);
        using OctaviaClient client = new(agent.CreateClient());
        await CheckAsync(client, PortRows.Life(await HotPlugAsync(topology.Amphora.Name)), isOurs: true, () => agent.Log);
    }

    private static async Task CheckAsync(OctaviaClient client, IEnumerable<Row> rows, bool isOurs, Func<string> log)
    {
        List<string> findings = [];
        foreach (Row row in rows.Where(row => isOurs || row.OnlyOurs is null))
        {
            findings.AddRange(row.Check(row.IsJson
                ? await client.SendJsonAsync(row.Method, row.Path, row.Body!, Cancellation)
                : await client.SendAsync(row.Method, row.Path, row.Body, Cancellation)));
        }

        Assert.True(findings.Count == 0, string.Join('\n', findings) + "\n" + log());
    }

    // What Nova does: cards appear, down and without addresses; their cables end where they are.
    private static async Task<Cards> HotPlugAsync(string root)
    {
        Cards cards = new(Mac(), Mac());
        await Command.OutputAsync(
            ["ip", "-n", root, "-batch", "-"],
            Cancellation,
            $"""
            link add ens90 address {cards.VipMac} type veth peer name cable90
            link add ens91 address {cards.MemberMac} type veth peer name cable91
            link set cable90 up
            link set cable91 up

            """);
        return cards;
    }

    private static string Mac() => $"02:77:{string.Join(':', Guid.NewGuid().ToString("N")[..8].Chunk(2).Select(pair => new string(pair)))}";
}

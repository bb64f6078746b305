// Every row of the contract that a client alone can see, against a real agent over mutual TLS.
using Xunit;

namespace Amphora.EndToEnd.Tests.OctaviaApi;

public sealed class ContractTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Parts => ["Transport", "Haproxy", "Certificates", "Lvs", "Vrrp", "AgentFiles"];

    [Theory]
    [MemberData(nameof(Parts))]
    public async Task Every_row_is_answered_as_it_is_written(string part)
    {
        await using AgentUnderTest agent = await AgentUnderTest.StartAsync(Cancellation);
        ContractRows rows = new(agent.BasePath);
        List<string> findings = [];

        foreach (Row row in Of(rows, part).Where(row => agent.IsOurs || row.Stock is null))
        {
            findings.AddRange(row.Check(await agent.Client.SendAsync(row, Cancellation)));
        }

        Assert.True(findings.Count == 0, string.Join('\n', findings) + "\n" + agent.Log);
    }

    /// <summary>The rows of a part.</summary>
    internal static IEnumerable<Row> Of(ContractRows rows, string part) => part switch
    {
        "Transport" => rows.Transport(),
        "Haproxy" => rows.Haproxy(),
        "Certificates" => rows.Certificates(),
        "Lvs" => rows.Lvs(),
        "Vrrp" => rows.Vrrp(),
        "AgentFiles" => rows.AgentFiles(),
        _ => throw new ArgumentOutOfRangeException(nameof(part)),
    };
}

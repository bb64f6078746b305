// The rows of the contract against Octavia's own agent, Debian's 11.0.0, in a booted amphora.
using Amphora.EndToEnd.Tests.OctaviaApi;
using Amphora.Fixtures;
using Amphora.Fixtures.Agents;
using Xunit;

namespace Amphora.EndToEnd.Tests.StockAgent;

public sealed class StockContractTests(BootedStockAmphora booted) : IClassFixture<BootedStockAmphora>
{
    private const string BasePath = "/var/lib/octavia";

    private static readonly TimeSpan ReloadLimit = TimeSpan.FromSeconds(20);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private SystemdAmphora Amphora => booted.Amphora;

    [Theory]
    [InlineData("Transport")]
    [InlineData("Haproxy")]
    [InlineData("Certificates")]
    [InlineData("Lvs")]
    [InlineData("Vrrp")]
    public Task Every_row_is_answered_as_it_is_written(string part) => CheckAsync(ContractTests.Of(new ContractRows(BasePath), part));

    [Fact]
    public Task What_cannot_be_plugged_is_refused_as_it_is_written() => CheckAsync(PortRows.Refusals());

    [Fact]
    public async Task The_life_of_ports_is_answered_as_it_is_written() =>
        await CheckAsync(PortRows.Life(await Cards.HotPlugAsync(Amphora.Topology.Amphora.Name, Cancellation)));

    [Fact]
    public async Task A_configuration_that_cannot_be_read_is_refused_and_stored()
    {
        Row row = Unusable("/1.0/config");
        string file = Path.Combine(Amphora.Container.Root, "etc/octavia/amphora-agent.conf"), before = await File.ReadAllTextAsync(file, Cancellation);
        using OctaviaClient client = new(Amphora.CreateClient());

        OctaviaReply reply = await client.SendAsync(row, Cancellation);
        string stored = await File.ReadAllTextAsync(file, Cancellation);
        await File.WriteAllTextAsync(file, before, Cancellation);

        Assert.Empty(row.Check(reply));
        Assert.Equal(row.Body, stored);
    }

    [Fact]
    public async Task A_certificate_that_cannot_be_used_is_taken_and_nobody_is_let_in_any_more()
    {
        Row row = Unusable("/1.0/certificate");
        string file = Path.Combine(Amphora.Container.Root, "etc/octavia/certs/server.pem"), before = await File.ReadAllTextAsync(file, Cancellation);
        using OctaviaClient client = new(Amphora.CreateClient());

        OctaviaReply reply = await client.SendAsync(row, Cancellation);
        Exception? refused = await Record.ExceptionAsync(() => client.GetAsync("/info", Cancellation));
        await File.WriteAllTextAsync(file, before, Cancellation);

        Assert.Equal(202, reply.Status);
        Assert.IsType<HttpRequestException>(refused);
        (await client.GetAsync("/info", Cancellation)).Expect(200);
    }

    private static Row Unusable(string path) => new ContractRows(BasePath).AgentFiles().Single(row => row.Path == path);

    private async Task CheckAsync(IEnumerable<Row> rows)
    {
        DateTimeOffset began = DateTimeOffset.UtcNow;
        using OctaviaClient client = new(Amphora.CreateClient());
        List<string> findings = [];
        try
        {
            foreach (Row row in rows.Where(row => row.Stock is null or { Status: not null }))
            {
                IReadOnlyList<int> before = Haproxies();
                findings.AddRange(row.CheckStock(await client.SendAsync(row, Cancellation)));
                if (before.Count > 0 && row.Path.EndsWith("/reload", StringComparison.OrdinalIgnoreCase))
                {
                    await ReloadedAsync(before);
                }
            }
        }
        finally
        {
            await Amphora.Container.ShowJournalAsync(began);
        }

        Assert.True(findings.Count == 0, string.Join('\n', findings));
    }

    // It answers while HAProxy executes itself again; a stop that comes then kills the master alone.
    private Task<TimeSpan> ReloadedAsync(IReadOnlyList<int> before) => Until.TrueAsync(
        "HAProxy's master has another worker",
        ReloadLimit,
        () => Haproxies() is { Count: 2 } now && now.Intersect(before).Count() == 1,
        Cancellation);

    private IReadOnlyList<int> Haproxies() => Amphora.Container.Processes("haproxy-*.service");
}

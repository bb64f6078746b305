// What the doctor finds: certificates that end, clocks apart, another configuration, rows in ERROR.
using System.Text;
using System.Text.Json.Nodes;
using Amphora.Contract.DesiredState;
using Amphora.Controller.Certificates;
using Amphora.Controller.Doctor;
using Amphora.Controller.Drivers.AmphoraAgent;
using Amphora.Controller.LoadBalancers.LoadBalancer;
using Amphora.Controller.Store;
using Amphora.Controller.Tests.LoadBalancers;
using Amphora.Fixtures;
using Xunit;

namespace Amphora.Controller.Tests.Doctor;

public sealed class DoctorTests
{
    private static readonly DateTimeOffset s_now = DateTimeOffset.UtcNow;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(10, "Ok", "valid until")]
    [InlineData(75, "Warn", "ends")]
    [InlineData(101, "Fail", "ended")]
    [InlineData(-2, "Fail", "is not valid before")]
    public void A_client_certificate_that_ends_is_found_before_and_after(int day, string severity, string said)
    {
        using TestFolder folder = new();
        var authority = folder["ca"];
        Assert.True(CertificatesSlice.Init(new AuthorityOptions { Directory = authority, CommonName = "test", Days = 1000 }, s_now.AddDays(-5)).Ok);
        Assert.True(CertificatesSlice.IssueClient(new IssueOptions { Directory = authority, Days = 100, Out = folder["client.pem"] }, "controller", s_now).Ok);

        var findings = new FileChecks(folder.Path, s_now.AddDays(day)).All().Where(finding => finding.Subject == "client certificate").ToList();

        Assert.StartsWith(said, findings[0].Message, StringComparison.Ordinal);
        Assert.Equal(severity, findings[0].Severity.ToString());
    }

    [Theory]
    [InlineData(3, 30, "Ok")]
    [InlineData(3, 6, "Warn")]
    [InlineData(-6, 30, "Ok,Warn")]
    [InlineData(61, 30, "Ok,Fail")]
    public void An_agents_clock_and_the_end_of_its_certificate_are_looked_at(int apart, int days, string severities)
    {
        var findings = AgentChecks.Of(Guid.NewGuid(), new AgentLook { Clock = s_now.AddSeconds(apart), CertificateEnds = s_now.AddDays(days) }, s_now).ToList();

        Assert.Equal(severities, string.Join(',', findings.Select(finding => finding.Severity)));
        Assert.All(findings.Where(finding => finding.Severity != Severity.Ok), finding => Assert.NotEmpty(finding.Advice!));
    }

    [Fact]
    public async Task A_configuration_that_is_not_what_would_be_pushed_is_found_where_it_differs()
    {
        await using var world = await LoadBalancerWorld.OpenAsync();
        var (id, _) = await world.CreateAsync(LoadBalancerWorld.Request());
        var amphora = Assert.Single(await world.AmphoraeAsync());
        var wanted = (await PreparedPush.ReadAsync(world.Services, id, Cancel)).Push.DocumentFor(amphora.Id);

        Assert.Equal(Severity.Ok, Examine(static _ => { }).Severity);
        Assert.Equal(Severity.Ok, Examine(static root => root["loadbalancer"]!["listeners"]![0]!["provisioning_status"] = "PENDING_CREATE").Severity);
        Assert.Equal(Severity.Fail, AgentChecks.Configuration(amphora, null, wanted).Severity);
        var differs = Examine(static root => (root["generation"], root["loadbalancer"]!["pools"]![0]!["members"]![1]!["weight"]) = (7, 99));
        Assert.Equal(Severity.Fail, differs.Severity);
        Assert.Equal("generation 7 differs from what would be pushed, at /loadbalancer/pools/0/members/1/weight", differs.Message);

        Finding Examine(Action<JsonNode> change)
        {
            var root = JsonNode.Parse(DesiredStateWriter.Write(wanted))!;
            change(root);
            return AgentChecks.Configuration(amphora, Encoding.UTF8.GetBytes(root.ToJsonString()), wanted);
        }
    }

    [Fact]
    public async Task Rows_in_error_are_found()
    {
        await using var world = await LoadBalancerWorld.OpenAsync();
        var (id, _) = await world.CreateAsync(LoadBalancerWorld.Request());
        var healthy = await FindAsync(world);
        var pool = (await world.ObjectsAsync(id)).Single(row => row.Kind == ObjectKind.Pool).Id;
        var amphora = Assert.Single(await world.AmphoraeAsync()).Id;

        await world.Database.InTransactionAsync(async (transaction, token) =>
        {
            await new LoadBalancerRows(transaction).SetStatusAsync(id, RowStatus.Error, token);
            await new ObjectRows(transaction).SetStatusAsync([pool], RowStatus.Error, token);
            await new AmphoraRows(transaction).SetStatusAsync(amphora, AmphoraStatus.Error, token);
        }, Cancel);
        var found = await FindAsync(world);

        Assert.Empty(healthy);
        Assert.Equal([("load balancer web", Severity.Fail), ($"pool {pool}", Severity.Warn), ($"amphora {amphora}", Severity.Fail)], found);
    }

    private static async Task<IReadOnlyList<(string Subject, Severity Severity)>> FindAsync(LoadBalancerWorld world)
    {
        var patient = await Patient.ReadAsync(world.Database, null, Cancel);
        return [.. new RowChecks(patient, s_now).All().Where(finding => finding.Severity != Severity.Ok && finding.Subject != "heartbeats").Select(finding => (finding.Subject, finding.Severity))];
    }
}

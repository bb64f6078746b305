// The REST types on the wire: names, what is left out, and the way back.
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Amphora.Contract.DesiredState;
using Amphora.Contract.Rest;
using Xunit;

namespace Amphora.Contract.Tests;

public sealed class ContractJsonTests
{
    private static readonly TrafficStatistics Traffic = new(1, 2, 3, 4, 5);

    [Fact]
    public void A_problem_without_faults_has_no_such_field()
    {
        var problem = new Problem { Type = "urn:x", Title = "no", Status = 404, Detail = "not there" };

        Assert.Equal("""{"type":"urn:x","title":"no","status":404,"detail":"not there"}""", Write(problem, ContractJson.Default.Problem));
        AssertReturns(problem, ContractJson.Default.Problem);
    }

    [Fact]
    public void A_problem_carries_faults_and_failure()
    {
        var problem = new Problem
        {
            Type = "urn:x",
            Title = "no",
            Status = 400,
            Faults = [new Fault("/a", "V1", "message")],
            Failure = new ProblemFailure { Step = "check", Tool = "haproxy", ExitCode = 1, Output = "words", DurationMs = 1.5 },
        };

        Assert.Equal(
            """{"type":"urn:x","title":"no","status":400,"faults":[{"path":"/a","rule":"V1","message":"message"}],"failure":{"step":"check","tool":"haproxy","exit_code":1,"output":"words","duration_ms":1.5}}""",
            Write(problem, ContractJson.Default.Problem));
        AssertReturns(problem, ContractJson.Default.Problem);
    }

    [Fact]
    public void A_port_is_written_as_the_port_reader_reads_it()
    {
        foreach (var name in new[] { "port-vip-dual-stack", "port-member", "port-member-dhcp" })
        {
            var port = PortReader.Read(Patched.Bytes(Golden.Parse(name))).Port!;

            var written = JsonSerializer.SerializeToUtf8Bytes(port, ContractJson.Default.Port);

            Assert.Equal(port, PortReader.Read(written).Port);
            AssertReturns(port, ContractJson.Default.Port);
        }
    }

    [Fact]
    public void Versions_and_capabilities_return()
    {
        var versions = new ApiVersions { Versions = [new ApiVersion("1.0", "SUPPORTED"), new ApiVersion("2.0", "CURRENT")] };

        Assert.Equal("""{"api_version":"1.0","versions":[{"id":"1.0","status":"SUPPORTED"},{"id":"2.0","status":"CURRENT"}]}""",
            Write(versions, ContractJson.Default.ApiVersions));
        AssertReturns(versions, ContractJson.Default.ApiVersions);
        AssertReturns(new Capabilities
        {
            AgentVersion = "0.1.0",
            Hostname = "amphora",
            ServiceManager = "systemd",
            Topology = "SINGLE",
            SchemaVersions = [1],
            ListenerProtocols = [.. WireNames.ListenerProtocols.Entries.Select(entry => entry.Name)],
            MaxDocumentBytes = 4194304,
        }, ContractJson.Default.Capabilities);
    }

    [Fact]
    public void Answers_about_load_balancers_return()
    {
        AssertReturns(new LoadBalancerApplied
        {
            Id = "a",
            Generation = 3,
            Result = "applied",
            Changes = ["haproxy.cfg changed"],
            Actions = [new ActionTaken("reload", "unit", 4.2)],
            DurationMs = 9,
        }, ContractJson.Default.LoadBalancerApplied);
        AssertReturns(new LoadBalancerList([new LoadBalancerSummary { Id = "a", ManagedBy = "2.0" }]), ContractJson.Default.LoadBalancerList);
        AssertReturns(new LoadBalancerStatus
        {
            Id = "a",
            OperatingStatus = "ONLINE",
            HaproxyRunning = true,
            Listeners =
            [
                new ListenerStatus
                {
                    Id = "l", OperatingStatus = "ONLINE", Statistics = Traffic,
                    Pools =
                    [
                        new PoolStatus
                        {
                            Id = "p", OperatingStatus = "DEGRADED", Statistics = Traffic,
                            Members = [new MemberStatus { Id = "m", OperatingStatus = "ERROR", Weight = 1, Statistics = TrafficStatistics.Zero }],
                        },
                    ],
                },
            ],
        }, ContractJson.Default.LoadBalancerStatus);
        AssertReturns(new CertificateFile("f.pem", "00", 12), ContractJson.Default.CertificateFile);
    }

    [Fact]
    public void Port_states_return()
    {
        var state = new PortState
        {
            MacAddress = "fa:16:3e:00:00:01",
            Interface = "eth1",
            Up = true,
            Mtu = 1450,
            Addresses = ["10.0.0.5/24"],
            Port = new Port
            {
                Type = PortType.Vip,
                Topology = Topology.ActiveStandby,
                Vips = [new PortVip { IpAddress = IPAddress.Parse("10.0.0.5"), SubnetCidr = new Cidr(IPAddress.Parse("10.0.0.0"), 24) }],
            },
        };

        Assert.Contains("\"type\":\"vip\",\"topology\":\"ACTIVE_STANDBY\"", Write(state, ContractJson.Default.PortState), StringComparison.Ordinal);
        Assert.DoesNotContain("actions", Write(state, ContractJson.Default.PortState), StringComparison.Ordinal);
        AssertReturns(new PortList([state]), ContractJson.Default.PortList);
    }

    [Theory]
    [InlineData("""{"title":"x","status":1}""")]
    [InlineData("""{"type":null,"title":"x","status":1}""")]
    [InlineData("""{"type":"x","title":"x","status":1,"faults":{}}""")]
    [InlineData("""{"type":"x","title":"x","status":1,"faults":[null]}""")]
    public void An_answer_that_is_not_as_agreed_is_an_error(string text) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(text, ContractJson.Default.Problem));

    [Fact]
    public void Every_value_of_every_enumeration_has_its_own_word()
    {
        AssertWords(WireNames.Topologies);
        AssertWords(WireNames.ProvisioningStatuses);
        AssertWords(WireNames.VipVnicTypes);
        AssertWords(WireNames.ListenerProtocols);
        AssertWords(WireNames.ClientAuthentications);
        AssertWords(WireNames.TlsVersions);
        AssertWords(WireNames.AlpnProtocols);
        AssertWords(WireNames.InsertHeaders, InsertHeaders.Nothing);
        AssertWords(WireNames.L7PolicyActions);
        AssertWords(WireNames.L7RuleTypes);
        AssertWords(WireNames.L7RuleCompareTypes);
        AssertWords(WireNames.PoolProtocols);
        AssertWords(WireNames.LbAlgorithms);
        AssertWords(WireNames.SessionPersistenceTypes);
        AssertWords(WireNames.HealthMonitorTypes);
        AssertWords(WireNames.HttpMethods);
        AssertWords(WireNames.HttpVersions);
        AssertWords(WireNames.AmphoraStatuses);
        AssertWords(WireNames.AmphoraRoles);
        AssertWords(WireNames.VrrpAuthTypes);
        AssertWords(WireNames.TlsFileKinds);
        AssertWords(WireNames.PortTypes);
        Assert.Equal(("TERMINATED_HTTPS", "TLS-HELLO"), (ListenerProtocol.TerminatedHttps.ToWire(), HealthMonitorType.TlsHello.ToWire()));
    }

    private static void AssertWords<T>(WireTable<T> words, params T[] without)
        where T : struct, Enum
    {
        Assert.Equal(Enum.GetValues<T>().Except(without), words.Entries.Select(entry => entry.Value));
        Assert.All(words.Entries, entry => Assert.True(words.TryRead(words.Spell(entry.Value), out var value) && value.Equals(entry.Value)));
    }

    private static string Write<T>(T value, JsonTypeInfo<T> type) => JsonSerializer.Serialize(value, type);

    private static void AssertReturns<T>(T value, JsonTypeInfo<T> type) =>
        Assert.Equal(value, JsonSerializer.Deserialize(JsonSerializer.Serialize(value, type), type));
}

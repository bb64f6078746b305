// A stock Octavia agent, asked and ordered in API 1.0; what it cannot do by itself is done here.
using Amphora.Contract;
using Amphora.Contract.DesiredState;
using Amphora.Contract.Rest;

namespace Amphora.Controller.Drivers.AmphoraAgent.Octavia;

/// <summary>An agent that offers nothing newer than API 1.0.</summary>
internal sealed class OctaviaAgent(AgentConnection connection) : IAmphoraAgent
{
    /// <summary>What API 1.0 does not tell: HAProxy's and members' states travel in heartbeats only.</summary>
    private const string Unknown = "UNKNOWN";

    private readonly OctaviaClient _client = new(connection);

    /// <inheritdoc/>
    public AgentEndpoint Endpoint => connection.Endpoint;

    /// <inheritdoc/>
    public Task<AgentAnswer<ApiVersions>> GetVersionsAsync(CancellationToken cancellationToken) => _client.GetVersionsAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task<AgentAnswer<Capabilities>> GetCapabilitiesAsync(CancellationToken cancellationToken)
    {
        var details = await _client.GetDetailsAsync(cancellationToken);
        return details.Error is { } error ? error : new Capabilities
        {
            AmphoraId = Endpoint.AmphoraId?.ToString("D"),
            Hostname = details.Value.Hostname ?? "",
            HaproxyVersion = details.Value.HaproxyVersion,
            KeepalivedVersion = details.Value.KeepalivedVersion,
            SchemaVersions = [],
            ListenerProtocols = WireNames.ListenerProtocols.Names,
        };
    }

    /// <inheritdoc/>
    public Task<AgentAnswer<LoadBalancerList>> ListAsync(CancellationToken cancellationToken) =>
        Lacks<LoadBalancerList>("say which load balancers it has; ask for one by its id");

    /// <inheritdoc/>
    public async Task<AgentAnswer<LoadBalancerStatus>> GetStatusAsync(Guid id, CancellationToken cancellationToken)
    {
        var haproxy = await _client.FindHaproxyAsync(id, cancellationToken);
        var listeners = haproxy.Ok ? await _client.ListListenersAsync(cancellationToken) : haproxy.Error!;
        var lvs = listeners.Ok ? await OwnLvsAsync(_client, id, listeners.Value, cancellationToken) : listeners.Error!;
        if (lvs.Error is { } error)
        {
            return error;
        }

        if (haproxy.Value is null && lvs.Value.Count == 0)
        {
            return new AgentError(AgentErrorKind.Refused, $"{Endpoint.Name} refuses: there is no load balancer {id:D}") { Status = StatusNotFound };
        }

        var served = listeners.Value.Where(listener => haproxy.Value?.Contains($"\nfrontend {listener.Uuid}\n", StringComparison.Ordinal) == true)
            .Select(listener => Status(listener.Uuid, Unknown))
            .Concat(lvs.Value.Select(listener => Status(listener.Uuid, listener.Status switch { "ACTIVE" => "ONLINE", var other => other })));
        return new LoadBalancerStatus { Id = id.ToString("D"), OperatingStatus = Unknown, Listeners = served.ToValueList() };
    }

    /// <inheritdoc/>
    public async Task<AgentAnswer<string>> GetConfigAsync(Guid id, string kind, CancellationToken cancellationToken)
    {
        const string Lvs = "lvs-";
        var isLvs = kind.StartsWith(Lvs, StringComparison.Ordinal);
        if (kind != "haproxy" && !isLvs)
        {
            return await Lacks<string>($"show the configuration '{kind}'; there are haproxy and lvs-LISTENER-ID");
        }

        var text = isLvs ? await _client.FindLvsAsync(kind[Lvs.Length..], cancellationToken) : await _client.FindHaproxyAsync(id, cancellationToken);
        return text switch
        {
            { Error: { } error } => error,
            { Value: { } found } => found,
            _ => new AgentError(AgentErrorKind.Refused, $"{Endpoint.Name} refuses: there is no configuration '{kind}' of load balancer {id:D}") { Status = StatusNotFound },
        };
    }

    /// <inheritdoc/>
    public Task<AgentAnswer<LoadBalancerApplied>> PushAsync(LoadBalancerPush push, long? ifMatch, CancellationToken cancellationToken) =>
        ifMatch is not null ? Lacks<LoadBalancerApplied>("look at generations: --if-match cannot be used")
        : push.ConfirmWithin is not null ? Lacks<LoadBalancerApplied>("go back: --confirm-within cannot be used")
        : new ConfigurationPush(_client, push).SendAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<AgentAnswer<LoadBalancerHistory>> GetHistoryAsync(Guid id, CancellationToken cancellationToken) =>
        Lacks<LoadBalancerHistory>("tell generations: it remembers none");

    /// <inheritdoc/>
    public Task<AgentAnswer<byte[]>> GetJournalAsync(CancellationToken cancellationToken) => Lacks<byte[]>("tell what it decided: it keeps no journal");

    /// <inheritdoc/>
    public Task<AgentAnswer<LoadBalancerApplied>> ConfirmAsync(Guid id, CancellationToken cancellationToken) =>
        Lacks<LoadBalancerApplied>("wait for a confirmation: what it applies stays");

    /// <inheritdoc/>
    public Task<AgentAnswer<LoadBalancerApplied>> RollBackAsync(Guid id, long? to, bool withPorts, CancellationToken cancellationToken) =>
        Lacks<LoadBalancerApplied>("go back: it remembers no generations");

    /// <inheritdoc/>
    public Task<AgentAnswer<LoadBalancerPlan>> PlanAsync(LoadBalancerPush push, long? ifMatch, CancellationToken cancellationToken) =>
        Lacks<LoadBalancerPlan>("plan: push without --plan");

    /// <inheritdoc/>
    public async Task<AgentAnswer<LoadBalancerApplied>> DeleteAsync(Guid id, long? ifMatch, CancellationToken cancellationToken)
    {
        if (ifMatch is not null)
        {
            return await Lacks<LoadBalancerApplied>("look at generations: --if-match cannot be used");
        }

        var steps = new StepLog();
        var listeners = await _client.ListListenersAsync(cancellationToken);
        var lvs = listeners.Ok ? await OwnLvsAsync(_client, id, listeners.Value, cancellationToken) : listeners.Error!;
        var error = lvs.Error;
        foreach (var listener in lvs.Ok ? lvs.Value : [])
        {
            error ??= await steps.RunAsync("delete", $"LVS of listener {listener.Uuid}", () => _client.DeleteAsync(listener.Uuid, cancellationToken));
        }

        error ??= await steps.RunAsync("delete", $"HAProxy of load balancer {id:D}", () => _client.DeleteAsync(id.ToString("D"), cancellationToken));
        return error is null ? steps.Answer(id, "deleted", generation: null) : error;
    }

    /// <inheritdoc/>
    public Task<AgentAnswer<PortList>> ListPortsAsync(CancellationToken cancellationToken) => Lacks<PortList>("list its ports");

    /// <inheritdoc/>
    public async Task<AgentAnswer<PortState>> PlugAsync(string mac, Port port, CancellationToken cancellationToken)
    {
        var steps = new StepLog();
        var error = await steps.RunAsync("plug", mac, () => port.Type == PortType.Vip
            ? _client.PlugVipAsync(port.Vips[0].IpAddress, PlugBodies.OfVip(mac, port), cancellationToken)
            : _client.PlugNetworkAsync(PlugBodies.OfMember(mac, port), cancellationToken));
        // 409 is a VIP port that is plugged already (agent-api §6).
        if (error is not null && !(port.Type == PortType.Vip && error.Status == StatusConflict))
        {
            return error;
        }

        var name = PlugBodies.AddressOf(port) is { } address ? await _client.GetInterfaceAsync(address, cancellationToken) : new OctaviaInterface("-");
        return name.Error is { } lost ? lost : new PortState
        {
            MacAddress = mac,
            Interface = name.Value.Interface,
            Port = port,
            Up = true,
            Actions = steps.Taken,
        };
    }

    /// <inheritdoc/>
    public Task<AgentAnswer<PortUnplugged>> UnplugAsync(string mac, CancellationToken cancellationToken) =>
        Lacks<PortUnplugged>("unplug a port: detach it from the amphora");

    /// <inheritdoc/>
    public Task<AgentAnswer<AgentFileReplaced>> PutServerCertificateAsync(string pem, CancellationToken cancellationToken) =>
        _client.PutServerCertificateAsync(pem, cancellationToken);

    /// <inheritdoc/>
    public Task<AgentAnswer<AgentFileReplaced>> PutConfigurationAsync(string text, CancellationToken cancellationToken) =>
        _client.PutConfigurationAsync(text, cancellationToken);

    /// <inheritdoc/>
    public Task<AgentAnswer<AgentProgram>> UpgradeAsync(AgentBinary binary, CancellationToken cancellationToken) =>
        Lacks<AgentProgram>("replace the agent: build the amphora anew");

    /// <summary>The UDP and SCTP listeners whose configuration names the load balancer (driver-calls §6).</summary>
    public static async Task<AgentAnswer<IReadOnlyList<OctaviaListener>>> OwnLvsAsync(
        OctaviaClient client, Guid loadBalancer, IEnumerable<OctaviaListener> listeners, CancellationToken cancellationToken)
    {
        var own = new List<OctaviaListener>();
        foreach (var listener in listeners.Where(listener => listener.Type == "UDP"))
        {
            var text = await client.FindLvsAsync(listener.Uuid, cancellationToken);
            if (text.Error is { } error)
            {
                return error;
            }

            if (text.Value?.Contains($"# Configuration for Loadbalancer {loadBalancer:D}\n", StringComparison.Ordinal) == true)
            {
                own.Add(listener);
            }
        }

        return own;
    }

    private const int StatusNotFound = 404;

    private const int StatusConflict = 409;

    private static ListenerStatus Status(string id, string status) =>
        new() { Id = id, OperatingStatus = status, Statistics = TrafficStatistics.Zero, Pools = [] };

    private Task<AgentAnswer<T>> Lacks<T>(string what) => Task.FromResult<AgentAnswer<T>>(
        new AgentError(AgentErrorKind.Refused, $"{Endpoint.Name} speaks API 1.0 only, which cannot {what}"));
}

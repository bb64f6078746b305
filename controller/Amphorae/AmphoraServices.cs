// What the tasks of amphorae work with.
using System.Net;
using System.Text.Json.Serialization;
using Amphora.Contract;
using Amphora.Contract.DesiredState;
using Amphora.Contract.Heartbeat;
using Amphora.Controller.Certificates;
using Amphora.Controller.ConfigDrive;
using Amphora.Controller.Drivers;
using Amphora.Controller.Drivers.AmphoraAgent;
using Amphora.Controller.Drivers.Compute;
using Amphora.Controller.Flows;
using Amphora.Controller.Store;

namespace Amphora.Controller.Amphorae;

/// <summary>Store and drivers, and how amphorae are made.</summary>
/// <param name="Database">Their rows.</param>
/// <param name="Compute">Their machines.</param>
/// <param name="Agents">Their agents.</param>
/// <param name="Certificates">Who issues what they prove themselves with.</param>
/// <param name="Settings">How they are made.</param>
internal sealed record AmphoraServices(IDatabase Database, IComputeDriver Compute, IAmphoraDriver Agents, IServerCertificates Certificates, AmphoraSettings Settings)
{
    /// <summary>The clock.</summary>
    public TimeProvider Time => Database.Clock;

    /// <summary>Changes rows of amphorae, all or nothing.</summary>
    public Task ChangeAsync(Func<AmphoraRows, CancellationToken, Task> change, CancellationToken cancellationToken) =>
        Database.InTransactionAsync((transaction, token) => change(new AmphoraRows(transaction), token), cancellationToken);

    /// <summary>An amphora that has to be there.</summary>
    /// <exception cref="DriverException">Its row is gone.</exception>
    public async Task<AmphoraRow> GetAsync(Guid amphora, CancellationToken cancellationToken) =>
        await Database.ReadAsync((transaction, token) => new AmphoraRows(transaction).GetAsync(amphora, token), cancellationToken)
        ?? throw new DriverException($"cannot go on with amphora {amphora}: its row is gone", DriverErrorKind.NotFound);

    /// <summary>Whom an amphora serves; null: nobody, it is a spare.</summary>
    public async Task<LoadBalancerRow?> LoadBalancerOfAsync(Guid amphora, CancellationToken cancellationToken) => await Database.ReadAsync(
        async (transaction, token) => (await new AmphoraRows(transaction).GetAsync(amphora, token))?.LoadBalancerId is { } id
            ? await new LoadBalancerRows(transaction).GetAsync(id, token)
            : null,
        cancellationToken);

    /// <summary>A new key with its certificate.</summary>
    /// <exception cref="DriverException">It cannot be issued.</exception>
    public ServerIdentity Issue(Guid amphora)
    {
        var signed = Certificates.Issue(amphora, Time.GetUtcNow());
        return signed.Ok ? signed.Value : throw new DriverException(signed.Failure!.Message);
    }
}

/// <summary>How amphorae are made; defaults are Octavia's where it has the option (flows.md §13).</summary>
internal sealed record AmphoraSettings
{
    /// <summary>The agent's configuration; topology and port are those of all amphorae.</summary>
    public required AgentSettings Agent { get; init; }

    /// <summary>Each amphora signs its heartbeats with a key derived from it; null: none is sent.</summary>
    public HeartbeatKey? HeartbeatKey { get; init; }

    /// <summary>Where heartbeats go: [health_manager] controller_ip_port_list. Asked when an amphora is built, which makes the network they go over.</summary>
    public Func<CancellationToken, Task<ValueList<IPEndPoint>>> HealthManagers { get; init; } = static _ => Task.FromResult<ValueList<IPEndPoint>>([]);

    /// <summary>Where logs go.</summary>
    public LogForwarding Logs { get; init; } = new();

    /// <summary>amp_active_retries × amp_active_wait_sec: until compute says ACTIVE.</summary>
    public TimeSpan ComputeLimit { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>Between two questions to compute; upstream's 10 s are for Nova.</summary>
    public TimeSpan ComputeInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>connection_max_retries × connection_retry_interval: until the agent answers.</summary>
    public TimeSpan AgentLimit { get; init; } = TimeSpan.FromSeconds(600);

    /// <summary>amphora_delete_retries: how often deleting one is tried.</summary>
    public int DeleteAttempts { get; init; } = 5;

    /// <summary>amphora_delete_retry_interval.</summary>
    public TimeSpan DeleteInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The configuration of one amphora's agent.</summary>
    /// <param name="amphora">Which.</param>
    /// <param name="topology">Of its load balancer; null: it has none yet.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<AgentSettings> AgentOfAsync(Guid amphora, Topology? topology, CancellationToken cancellationToken) => Agent with
    {
        Topology = topology ?? Agent.Topology,
        Controllers = await HealthManagers(cancellationToken),
        HeartbeatKey = HeartbeatKey?.Derive(amphora.ToString("D")),
    };
}

/// <summary>What the steps of amphorae hand on; each stands in the scope of its role.</summary>
internal static class AmphoraKeys
{
    /// <summary>The amphora: a spare's or a new one's.</summary>
    public static readonly FlowKey<Guid> Amphora = new("amphora_id", AmphoraValues.Default.Guid);

    /// <summary>Whether the amphora was a spare.</summary>
    public static readonly FlowKey<bool> IsSpare = new("is_spare", AmphoraValues.Default.Boolean);

    /// <summary>Certificate and key of the agent.</summary>
    public static readonly FlowKey<string> ServerPem = new("server_pem", AmphoraValues.Default.String) { IsSecret = true };

    /// <summary>The CA that the agent trusts.</summary>
    public static readonly FlowKey<string> ClientCa = new("client_ca", AmphoraValues.Default.String);

    /// <summary>When that certificate ends.</summary>
    public static readonly FlowKey<DateTimeOffset> CertificateExpiration = new("cert_expiration", AmphoraValues.Default.DateTimeOffset);

    /// <summary>Why a machine that was to be deleted is still there.</summary>
    public static readonly FlowKey<string> ComputeLeft = new("compute_left", AmphoraValues.Default.String);

    /// <summary>The machine.</summary>
    public static readonly FlowKey<string> Compute = new("compute_id", AmphoraValues.Default.String);
}

/// <summary>How those values are written.</summary>
[JsonSerializable(typeof(Guid))]
[JsonSerializable(typeof(bool))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(DateTimeOffset))]
internal sealed partial class AmphoraValues : JsonSerializerContext;

// API 2.0 of an agent, a method a call.
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Amphora.Contract;
using Amphora.Contract.Rest;
using Amphora.Controller.Drivers.AmphoraAgent.Octavia;

namespace Amphora.Controller.Drivers.AmphoraAgent;

/// <summary>An agent that speaks API 2.0: it renders, checks and applies by itself.</summary>
internal sealed class AgentClient(AgentConnection connection) : IAmphoraAgent
{
    private const string LoadBalancers = "/2.0/load-balancers";
    private const string Ports = "/2.0/ports";

    /// <inheritdoc/>
    public AgentEndpoint Endpoint => connection.Endpoint;

    /// <inheritdoc/>
    public Task<AgentAnswer<ApiVersions>> GetVersionsAsync(CancellationToken cancellationToken) =>
        AskAsync(new AgentRequest(HttpMethod.Get, "/", "ask its versions"), ContractJson.Default.ApiVersions, cancellationToken);

    /// <inheritdoc/>
    public Task<AgentAnswer<Capabilities>> GetCapabilitiesAsync(CancellationToken cancellationToken) =>
        AskAsync(new AgentRequest(HttpMethod.Get, "/2.0/capabilities", "ask its capabilities"), ContractJson.Default.Capabilities, cancellationToken);

    /// <inheritdoc/>
    public Task<AgentAnswer<LoadBalancerList>> ListAsync(CancellationToken cancellationToken) =>
        AskAsync(new AgentRequest(HttpMethod.Get, LoadBalancers, "list load balancers"), ContractJson.Default.LoadBalancerList, cancellationToken);

    /// <inheritdoc/>
    public Task<AgentAnswer<LoadBalancerStatus>> GetStatusAsync(Guid id, CancellationToken cancellationToken) =>
        AskAsync(new AgentRequest(HttpMethod.Get, $"{LoadBalancers}/{id:D}/status", "read status"), ContractJson.Default.LoadBalancerStatus, cancellationToken);

    /// <inheritdoc/>
    public async Task<AgentAnswer<string>> GetConfigAsync(Guid id, string kind, CancellationToken cancellationToken)
    {
        var answer = await connection.SendAsync(new AgentRequest(HttpMethod.Get, $"{LoadBalancers}/{id:D}/config/{Uri.EscapeDataString(kind)}", "read config"), cancellationToken);
        return answer.Error is { } error ? error : Encoding.UTF8.GetString(answer.Value);
    }

    /// <inheritdoc/>
    public Task<AgentAnswer<LoadBalancerApplied>> PushAsync(LoadBalancerPush push, long? ifMatch, CancellationToken cancellationToken) =>
        DocumentPush.SendAsync(this, push, ifMatch, cancellationToken);

    /// <inheritdoc/>
    public Task<AgentAnswer<LoadBalancerPlan>> PlanAsync(LoadBalancerPush push, long? ifMatch, CancellationToken cancellationToken) => AskAsync(
        new AgentRequest(HttpMethod.Put, $"{LoadBalancers}/{push.Id:D}?dry_run=true", "plan") { Content = push.TextFor(Endpoint.AmphoraId), IfMatch = ifMatch },
        ContractJson.Default.LoadBalancerPlan,
        cancellationToken);

    /// <summary><c>PUT …/{id}</c>: the whole desired state.</summary>
    public Task<AgentAnswer<LoadBalancerApplied>> ApplyAsync(Guid id, byte[] document, long? ifMatch, TimeSpan? confirmWithin, CancellationToken cancellationToken) => AskAsync(
        new AgentRequest(HttpMethod.Put, $"{LoadBalancers}/{id:D}{(confirmWithin is { } time ? $"?confirm_within={time.TotalSeconds:0}" : "")}", "push")
        {
            Content = document,
            IfMatch = ifMatch,
        },
        ContractJson.Default.LoadBalancerApplied,
        cancellationToken);

    /// <inheritdoc/>
    public Task<AgentAnswer<LoadBalancerHistory>> GetHistoryAsync(Guid id, CancellationToken cancellationToken) =>
        AskAsync(new AgentRequest(HttpMethod.Get, $"{LoadBalancers}/{id:D}/history", "read history"), ContractJson.Default.LoadBalancerHistory, cancellationToken);

    /// <inheritdoc/>
    public Task<AgentAnswer<byte[]>> GetJournalAsync(CancellationToken cancellationToken) =>
        connection.SendAsync(new AgentRequest(HttpMethod.Get, "/2.0/journal", "read the journal") { IsLong = true }, cancellationToken);

    /// <inheritdoc/>
    public Task<AgentAnswer<LoadBalancerApplied>> ConfirmAsync(Guid id, CancellationToken cancellationToken) =>
        AskAsync(new AgentRequest(HttpMethod.Post, $"{LoadBalancers}/{id:D}/confirm", "confirm") { Content = [] }, ContractJson.Default.LoadBalancerApplied, cancellationToken);

    /// <inheritdoc/>
    public Task<AgentAnswer<LoadBalancerApplied>> RollBackAsync(Guid id, long? to, bool withPorts, CancellationToken cancellationToken) => AskAsync(
        new AgentRequest(HttpMethod.Post, $"{LoadBalancers}/{id:D}/rollback?ports={(withPorts ? "true" : "false")}{(to is { } sequence ? $"&to={sequence}" : "")}", "roll back")
        {
            Content = [],
            MayRepeat = to is not null,
        },
        ContractJson.Default.LoadBalancerApplied,
        cancellationToken);

    /// <inheritdoc/>
    public Task<AgentAnswer<LoadBalancerApplied>> DeleteAsync(Guid id, long? ifMatch, CancellationToken cancellationToken) =>
        // A body, though empty: the HTTP client by itself repeats a request without one.
        AskAsync(new AgentRequest(HttpMethod.Delete, $"{LoadBalancers}/{id:D}", "delete") { IfMatch = ifMatch, Content = ifMatch is null ? null : [] }, ContractJson.Default.LoadBalancerApplied, cancellationToken);

    /// <summary><c>GET …/{id}/certificates/{file}</c>; null when the agent does not have it.</summary>
    public async Task<AgentAnswer<CertificateFile?>> FindCertificateAsync(Guid id, string file, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(new AgentRequest(HttpMethod.Get, CertificatePath(id, file), "look for certificates"), ContractJson.Default.CertificateFile, cancellationToken);
        return answer.Error switch
        {
            null => answer.Value,
            { Status: (int)HttpStatusCode.NotFound } => (CertificateFile?)null,
            var error => error,
        };
    }

    /// <summary><c>PUT …/{id}/certificates/{file}</c>.</summary>
    public Task<AgentAnswer<CertificateFile>> PutCertificateAsync(Guid id, string file, byte[] content, CancellationToken cancellationToken) =>
        AskAsync(new AgentRequest(HttpMethod.Put, CertificatePath(id, file), "upload certificates") { Content = content, ContentType = "application/x-pem-file" }, ContractJson.Default.CertificateFile, cancellationToken);

    /// <inheritdoc/>
    public Task<AgentAnswer<PortList>> ListPortsAsync(CancellationToken cancellationToken) =>
        AskAsync(new AgentRequest(HttpMethod.Get, Ports, "list ports"), ContractJson.Default.PortList, cancellationToken);

    /// <inheritdoc/>
    public Task<AgentAnswer<PortState>> PlugAsync(string mac, Port port, CancellationToken cancellationToken) =>
        AskAsync(new AgentRequest(HttpMethod.Put, $"{Ports}/{mac}", "plug") { Content = JsonSerializer.SerializeToUtf8Bytes(port, ContractJson.Default.Port) }, ContractJson.Default.PortState, cancellationToken);

    /// <inheritdoc/>
    public async Task<AgentAnswer<PortUnplugged>> UnplugAsync(string mac, CancellationToken cancellationToken)
    {
        var answer = await connection.SendAsync(new AgentRequest(HttpMethod.Delete, $"{Ports}/{mac}", "unplug"), cancellationToken);
        return answer.Error is { } error ? error : new PortUnplugged(mac);
    }

    // Only API 1.0 has words for these, and every agent speaks it.

    /// <inheritdoc/>
    public Task<AgentAnswer<AgentFileReplaced>> PutServerCertificateAsync(string pem, CancellationToken cancellationToken) =>
        new OctaviaClient(connection).PutServerCertificateAsync(pem, cancellationToken);

    /// <inheritdoc/>
    public Task<AgentAnswer<AgentFileReplaced>> PutConfigurationAsync(string text, CancellationToken cancellationToken) =>
        new OctaviaClient(connection).PutConfigurationAsync(text, cancellationToken);

    /// <inheritdoc/>
    public Task<AgentAnswer<AgentProgram>> UpgradeAsync(AgentBinary binary, CancellationToken cancellationToken) => BinaryUpgrade.RunAsync(this, binary, cancellationToken);

    /// <summary><c>GET /2.0/agent</c>.</summary>
    public Task<AgentAnswer<AgentProgram>> GetProgramAsync(CancellationToken cancellationToken) =>
        AskAsync(new AgentRequest(HttpMethod.Get, "/2.0/agent", "ask which agent runs"), ContractJson.Default.AgentProgram, cancellationToken);

    /// <summary><c>PUT /2.0/agent/binary</c>.</summary>
    public Task<AgentAnswer<AgentProgram>> PutBinaryAsync(AgentBinary binary, CancellationToken cancellationToken) => AskAsync(
        new AgentRequest(HttpMethod.Put, $"/2.0/agent/binary?confirm_within={binary.ConfirmWithin.TotalSeconds:0}", "upload the binary")
        {
            Content = binary.Content,
            ContentType = "application/octet-stream",
            Signature = binary.Signature,
        },
        ContractJson.Default.AgentProgram,
        cancellationToken);

    private static string CertificatePath(Guid id, string file) => $"{LoadBalancers}/{id:D}/certificates/{Uri.EscapeDataString(file)}";

    private Task<AgentAnswer<T>> AskAsync<T>(AgentRequest request, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class => connection.ReadAsync(request, type, cancellationToken);
}

/// <summary>A port whose configuration was taken away.</summary>
/// <param name="MacAddress">The port.</param>
internal sealed record PortUnplugged(string MacAddress);

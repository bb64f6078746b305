// API 1.0 of a stock Octavia agent, a method a call (agent-api §2).
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Amphora.Contract.Rest;

namespace Amphora.Controller.Drivers.AmphoraAgent.Octavia;

/// <summary>Speaks 1.0. Every call is safe to repeat, as the agent has to make it (agent-api §1).</summary>
internal sealed class OctaviaClient(AgentConnection connection)
{
    private const string LoadBalancers = "/1.0/loadbalancer";
    private const string Listeners = "/1.0/listeners";

    /// <summary>The agent.</summary>
    public AgentEndpoint Endpoint => connection.Endpoint;

    public Task<AgentAnswer<ApiVersions>> GetVersionsAsync(CancellationToken cancellationToken) =>
        ReadAsync(Get("/", "ask its versions"), ContractJson.Default.ApiVersions, cancellationToken);

    public Task<AgentAnswer<OctaviaDetails>> GetDetailsAsync(CancellationToken cancellationToken) =>
        ReadAsync(Get("/1.0/details", "ask its details"), OctaviaJson.Default.OctaviaDetails, cancellationToken);

    public Task<AgentAnswer<OctaviaListener[]>> ListListenersAsync(CancellationToken cancellationToken) =>
        ReadAsync(Get(Listeners, "list listeners"), OctaviaJson.Default.OctaviaListenerArray, cancellationToken);

    /// <summary>haproxy.cfg; null when there is none.</summary>
    public Task<AgentAnswer<string?>> FindHaproxyAsync(Guid loadBalancer, CancellationToken cancellationToken) =>
        FindTextAsync(Get($"{LoadBalancers}/{loadBalancer:D}/haproxy", "read haproxy.cfg"), cancellationToken);

    /// <summary>The agent has haproxy check it; nothing is reloaded.</summary>
    public Task<AgentError?> UploadHaproxyAsync(Guid amphora, Guid loadBalancer, string text, CancellationToken cancellationToken) =>
        DoAsync(Put($"{LoadBalancers}/{amphora:D}/{loadBalancer:D}/haproxy", "upload haproxy.cfg", text), cancellationToken);

    /// <summary>The configuration of a UDP or SCTP listener; null when there is none.</summary>
    public Task<AgentAnswer<string?>> FindLvsAsync(string listener, CancellationToken cancellationToken) =>
        FindTextAsync(Get($"{Listeners}/{Uri.EscapeDataString(listener)}/udp_listener", "read LVS"), cancellationToken);

    public Task<AgentError?> UploadLvsAsync(Guid amphora, Guid listener, string text, CancellationToken cancellationToken) =>
        DoAsync(Put($"{Listeners}/{amphora:D}/{listener:D}/udp_listener", "upload LVS", text), cancellationToken);

    /// <summary>start, stop or reload of a load balancer's HAProxy or a listener's LVS.</summary>
    public Task<AgentError?> ActAsync(Guid loadBalancerOrListener, string action, CancellationToken cancellationToken) =>
        DoAsync(Put($"{LoadBalancers}/{loadBalancerOrListener:D}/{action}", action, ""), cancellationToken);

    /// <summary>Removes a load balancer's HAProxy or a listener's LVS; one that is not there is success.</summary>
    public Task<AgentError?> DeleteAsync(string loadBalancerOrListener, CancellationToken cancellationToken) =>
        DoAsync(new AgentRequest(HttpMethod.Delete, $"{Listeners}/{Uri.EscapeDataString(loadBalancerOrListener)}", "delete"), cancellationToken);

    /// <summary>MD5 of a certificate file in hex digits; null when the agent does not have it.</summary>
    public async Task<AgentAnswer<string?>> FindCertificateAsync(Guid loadBalancer, string file, CancellationToken cancellationToken)
    {
        var answer = await ReadAsync(Get(CertificatePath(loadBalancer, file), "look for certificates"), OctaviaJson.Default.OctaviaCertificate, cancellationToken);
        return answer.Error switch
        {
            null => answer.Value.Md5sum,
            { Status: (int)HttpStatusCode.NotFound } => (string?)null,
            var error => error,
        };
    }

    public Task<AgentError?> PutCertificateAsync(Guid loadBalancer, string file, byte[] content, CancellationToken cancellationToken) =>
        DoAsync(new AgentRequest(HttpMethod.Put, CertificatePath(loadBalancer, file), "upload certificates") { Content = content, ContentType = null }, cancellationToken);

    /// <summary>Uploads keepalived.conf; it is not started.</summary>
    public Task<AgentError?> UploadVrrpAsync(string text, CancellationToken cancellationToken) =>
        DoAsync(Put("/1.0/vrrp/upload", "upload VRRP", text), cancellationToken);

    /// <summary>Starts keepalived, or makes a running one read its configuration again.</summary>
    public Task<AgentError?> StartVrrpAsync(CancellationToken cancellationToken) => DoAsync(Put("/1.0/vrrp/start", "start VRRP", ""), cancellationToken);

    public Task<AgentError?> PlugVipAsync(IPAddress vip, PlugVipBody body, CancellationToken cancellationToken) =>
        DoAsync(Post($"/1.0/plug/vip/{vip}", body, OctaviaJson.Default.PlugVipBody), cancellationToken);

    public Task<AgentError?> PlugNetworkAsync(PlugNetworkBody body, CancellationToken cancellationToken) =>
        DoAsync(Post("/1.0/plug/network", body, OctaviaJson.Default.PlugNetworkBody), cancellationToken);

    /// <summary>Which interface has the address.</summary>
    public Task<AgentAnswer<OctaviaInterface>> GetInterfaceAsync(IPAddress address, CancellationToken cancellationToken) =>
        ReadAsync(Get($"/1.0/interface/{address}", "look for the interface"), OctaviaJson.Default.OctaviaInterface, cancellationToken);

    /// <summary>Replaces the agent's own certificate and key; the next handshake uses them.</summary>
    public Task<AgentAnswer<AgentFileReplaced>> PutServerCertificateAsync(string pem, CancellationToken cancellationToken) =>
        ReplaceAsync("certificate", "upload the agent's certificate", pem, cancellationToken);

    /// <summary>Replaces the agent's configuration file.</summary>
    public Task<AgentAnswer<AgentFileReplaced>> PutConfigurationAsync(string text, CancellationToken cancellationToken) =>
        ReplaceAsync("config", "upload the agent's configuration", text, cancellationToken);

    private static string CertificatePath(Guid loadBalancer, string file) => $"{LoadBalancers}/{loadBalancer:D}/certificates/{Uri.EscapeDataString(file)}";

    private static AgentRequest Get(string path, string step) => new(HttpMethod.Get, path, step);

    // Configuration travels without a media type, as a stock controller sends it.
    private static AgentRequest Put(string path, string step, string text) =>
        new(HttpMethod.Put, path, step) { Content = Encoding.UTF8.GetBytes(text), ContentType = null };

    private static AgentRequest Post<T>(string path, T body, JsonTypeInfo<T> type) =>
        new(HttpMethod.Post, path, "plug") { Content = JsonSerializer.SerializeToUtf8Bytes(body, type) };

    private async Task<AgentAnswer<AgentFileReplaced>> ReplaceAsync(string file, string step, string text, CancellationToken cancellationToken) =>
        await DoAsync(Put($"/1.0/{file}", step, text), cancellationToken) is { } error ? error : new AgentFileReplaced(file);

    private async Task<AgentError?> DoAsync(AgentRequest request, CancellationToken cancellationToken) =>
        (await connection.SendAsync(request, cancellationToken)).Error;

    private Task<AgentAnswer<T>> ReadAsync<T>(AgentRequest request, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class => connection.ReadAsync(request, type, cancellationToken);

    private async Task<AgentAnswer<string?>> FindTextAsync(AgentRequest request, CancellationToken cancellationToken)
    {
        var answer = await connection.SendAsync(request, cancellationToken);
        return answer.Error switch
        {
            null => Encoding.UTF8.GetString(answer.Value),
            { Status: (int)HttpStatusCode.NotFound, IsUnknownRoute: false } => (string?)null,
            var error => error,
        };
    }
}

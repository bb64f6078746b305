// The agent the rows are held against: one of ours, or any that listens somewhere.
using System.Security.Cryptography.X509Certificates;
using Amphora.Fixtures.Agents;

namespace Amphora.EndToEnd.Tests.OctaviaApi;

/// <summary>Ours unless <c>AMPHORA_OCTAVIA_AGENT</c> names the URL of another one; then <c>AMPHORA_OCTAVIA_AGENT_CA</c> and
/// <c>AMPHORA_OCTAVIA_CLIENT_CERT</c> name PEM files, and <c>AMPHORA_OCTAVIA_BASE_PATH</c> the agent's base_path if it is not the default.</summary>
internal sealed class AgentUnderTest : IAsyncDisposable
{
    private readonly AgentProcess? _own;

    private AgentUnderTest(AgentProcess? own, HttpClient client, string basePath) =>
        (_own, Client, BasePath) = (own, new OctaviaClient(client), basePath);

    /// <summary>Speaks to it.</summary>
    public OctaviaClient Client { get; }

    /// <summary>Its base_path: configurations name it.</summary>
    public string BasePath { get; }

    /// <summary>True when it is ours.</summary>
    public bool IsOurs => _own is not null;

    /// <summary>What it logged.</summary>
    public string Log => _own?.Log ?? "";

    /// <summary>Starts ours or connects to the other.</summary>
    public static async Task<AgentUnderTest> StartAsync(CancellationToken cancellationToken)
    {
        if (Environment.GetEnvironmentVariable("AMPHORA_OCTAVIA_AGENT") is { Length: > 0 } url)
        {
            X509Certificate2 authority = X509CertificateLoader.LoadCertificateFromFile(Variable("AMPHORA_OCTAVIA_AGENT_CA"));
            X509Certificate2 certificate = X509Certificate2.CreateFromPemFile(Variable("AMPHORA_OCTAVIA_CLIENT_CERT"));
            HttpClient other = MtlsClient.Create(new Uri(url), authority, certificate, null);
            return new AgentUnderTest(null, other, Environment.GetEnvironmentVariable("AMPHORA_OCTAVIA_BASE_PATH") ?? "/var/lib/octavia");
        }

        AgentProcess own = await AgentProcess.StartAsync(new AgentConfiguration(), cancellationToken);
        return new AgentUnderTest(own, own.CreateClient(), own.BasePath);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_own is not null)
        {
            await _own.DisposeAsync();
        }
    }

    private static string Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : throw new InvalidOperationException($"{name} is not set");
}

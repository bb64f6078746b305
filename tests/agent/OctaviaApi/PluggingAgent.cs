// An agent's API 1.0 over namespaces of the test's own, in the test process.
using System.Net;
using System.Text;
using Amphora.Agent.Apply;
using Amphora.Agent.Http;
using Amphora.Agent.Network;
using Amphora.Agent.OctaviaApi;
using Amphora.Agent.OctaviaApi.Ports;
using Amphora.Agent.Tests.Network;
using Amphora.Contract.DesiredState;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace Amphora.Agent.Tests.OctaviaApi;

internal sealed class PluggingAgent : IAsyncDisposable
{
    private readonly WebApplication _agent;
    private readonly HttpClient _client;

    private PluggingAgent(PluggableAmphora amphora, WebApplication agent) =>
        (Amphora, _agent, _client) = (amphora, agent, agent.GetTestClient());

    internal PluggableAmphora Amphora { get; }

    internal static async Task<PluggingAgent> StartAsync(
        CancellationToken cancellationToken, Func<NetworkOptions, NetworkOptions>? change = null, Topology topology = Topology.Single)
    {
        var amphora = new PluggableAmphora(topology);
        amphora.Options = change?.Invoke(amphora.Options) ?? amphora.Options;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseTestServer();
        builder.Services.AddRoutingCore().AddLogging().AddNetwork(amphora.Options)
            .AddOctaviaApi(new OctaviaApiOptions
            {
                BasePath = Path.GetDirectoryName(amphora.Options.PluggedInterfacesFile)!,
                HaproxyCommand = "haproxy",
                NetworkNamespace = amphora.Options.Namespace,
                Topology = amphora.Options.Topology,
                ReadTimeout = TimeSpan.FromSeconds(10),
            })
            .AddSingleton<WriteQueue>().AddHostedService(provider => provider.GetRequiredService<WriteQueue>());
        var agent = builder.Build();
        agent.UseProblems();
        agent.UseRouting();
        agent.MapPlug();
        await agent.StartAsync(cancellationToken);
        return new PluggingAgent(amphora, agent);
    }

    internal async Task<(HttpStatusCode Status, string Body)> SendAsync(
        HttpMethod method, string path, string? json, CancellationToken cancellationToken, string type = "application/json")
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Content = json is null ? null : new StringContent(json, Encoding.UTF8, type);
        using var answer = await _client.SendAsync(request, cancellationToken);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(cancellationToken));
    }

    internal Task<(HttpStatusCode Status, string Body)> PlugVipAsync(string vip, string json, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, $"/1.0/plug/vip/{vip}", json, cancellationToken);

    internal Task<(HttpStatusCode Status, string Body)> PlugNetworkAsync(string json, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, "/1.0/plug/network", json, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _agent.DisposeAsync();
        Amphora.Dispose();
    }
}

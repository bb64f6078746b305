// GET /2.0/ports and GET /2.0/ports/{mac}.
using System.Net;
using System.Text.Json;
using Amphora.Agent.Network;
using Amphora.Contract.Rest;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Amphora.Agent.Tests.Network;

public sealed class NetworkEndpointsTests : IAsyncLifetime
{
    private const string Mac = "fa:16:3e:00:00:01";

    private readonly PluggableAmphora _amphora = new();
    private WebApplication _agent = null!;
    private HttpClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseTestServer();
        builder.Services.AddRoutingCore().AddLogging().AddNetwork(_amphora.Options);
        _agent = builder.Build();
        _agent.UseRouting();
        _agent.MapNetwork();
        await _agent.StartAsync(Cancellation);
        _client = _agent.GetTestClient();
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _agent.DisposeAsync();
        _amphora.Dispose();
    }

    [Fact]
    public async Task Before_anything_is_plugged_the_list_is_empty()
    {
        var answer = await _client.GetStringAsync(new Uri("/2.0/ports", UriKind.Relative), Cancellation);

        Assert.Equal("""{"ports":[]}""", answer);
    }

    [Fact]
    public async Task A_plugged_port_is_shown_with_what_is_wanted_and_what_is()
    {
        var port = Ports.Read(Ports.Vip);
        var applied = await _amphora.Applier.ApplyAsync(_amphora.HotPlug("ens7", Mac), port, Cancellation);
        Assert.True(applied.Ok);

        var answer = await _client.GetStringAsync(new Uri($"/2.0/ports/{Mac.ToUpperInvariant()}", UriKind.Relative), Cancellation);

        var state = JsonSerializer.Deserialize(answer, ContractJson.Default.PortState)!;
        Assert.Equal((Mac, "eth1", true, 1450), (state.MacAddress, state.Interface, state.Up, state.Mtu));
        Assert.Equal(port, state.Port);
        Assert.Contains("10.0.0.5/32", state.Addresses);
    }

    [Theory]
    [InlineData("fa:16:3e:00:00:99")]
    [InlineData("fa163e000001")]
    [InlineData("nonsense")]
    public async Task A_port_that_is_not_plugged_is_not_found(string mac)
    {
        var answer = await _client.GetAsync(new Uri($"/2.0/ports/{mac}", UriKind.Relative), Cancellation);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains(mac, await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;
}

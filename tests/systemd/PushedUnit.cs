// A load balancer that a test pushed to a booted amphora.
using System.Net;
using System.Text.Json.Nodes;
using Amphora.Fixtures.Agents;
using Amphora.Fixtures.Members;

namespace Amphora.Systemd.Tests;

/// <summary>Gone with the test: the amphora is shared.</summary>
internal sealed class PushedUnit(SystemdAmphora amphora, TestDocument document) : IAsyncDisposable
{
    /// <summary>VRRP's unit.</summary>
    public const string Keepalived = "octavia-keepalived.service";

    private readonly DateTimeOffset _began = DateTimeOffset.UtcNow;

    /// <summary>Change it, and <see cref="PushAgainAsync"/>.</summary>
    public TestDocument Document => document;

    /// <summary>HAProxy's unit.</summary>
    public string Unit => $"haproxy-{document.Id}.service";

    /// <summary>Requests to the VIP.</summary>
    public Traffic Traffic { get; } = new(amphora.Topology.Client, amphora.Topology.Vip, null);

    /// <summary>Pushes a document for the first time.</summary>
    public static async Task<PushedUnit> PushAsync(SystemdAmphora amphora, TestDocument document, CancellationToken cancellationToken)
    {
        PushedUnit pushed = new(amphora, document);
        try
        {
            await amphora.Api.PushAsync(document, cancellationToken);
            return pushed;
        }
        catch
        {
            await pushed.DisposeAsync();
            throw;
        }
    }

    /// <summary>Pushes it with the next generation.</summary>
    public Task<JsonNode> PushAgainAsync(CancellationToken cancellationToken)
    {
        document.Generation++;
        return amphora.Api.PushAsync(document, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Traffic.Dispose();
        await amphora.Container.ShowJournalAsync(_began);
        try
        {
            await amphora.Api.DeleteAsync(document.Id, CancellationToken.None);
        }
        catch (HttpRequestException exception) when (exception.StatusCode == HttpStatusCode.NotFound)
        {
            // The test has deleted it, or it never came to be.
        }
    }
}

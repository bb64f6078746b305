// Who runs HAProxy in a comparison.
using System.Net;
using System.Text.Json.Nodes;
using Amphora.Fixtures.Agents;
using Amphora.Fixtures.Networks;

namespace Amphora.Bench.Hitless;

/// <summary>A load balancer that is changed while clients are served.</summary>
internal interface IBalancer : IAsyncDisposable
{
    /// <summary>For people.</summary>
    string Name { get; }

    /// <summary>Members, client and VIP.</summary>
    PluggedAmphora Amphora { get; }

    /// <summary>The document of both; whoever changes it applies it.</summary>
    ChangingDocument Document { get; }

    /// <summary>Makes HAProxy run the document.</summary>
    Task ApplyAsync(CancellationToken cancellationToken);

    /// <summary>Process id of HAProxy's master.</summary>
    Task<int> MasterAsync(CancellationToken cancellationToken);
}

/// <summary>An HTTP and a TCP listener over the same members.</summary>
internal sealed class ChangingDocument
{
    public const int HttpPort = 80, TcpPort = 8080;

    public ChangingDocument(PluggedAmphora amphora)
    {
        Text = amphora.NewDocument();
        Pool = amphora.AddPool(Text, "HTTP");
        Text.AddListener("HTTP", HttpPort, Pool);
        Text.AddListener("TCP", TcpPort, amphora.AddPool(Text, "TCP"));
    }

    public TestDocument Text { get; }

    /// <summary>The pool of the HTTP listener.</summary>
    public JsonObject Pool { get; }
}

// A load balancer with an HTTP and a TCP listener over the same members.
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Amphora.Fixtures.Agents;
using Amphora.Fixtures.Members;
using Amphora.Fixtures.Networks;
using Amphora.Fixtures.Programs;

namespace Amphora.EndToEnd.Tests.Hitless;

/// <summary>Pushed over API 2.0; change <see cref="Pool"/>, apply again.</summary>
internal sealed class HitlessBalancer : IAsyncDisposable
{
    public const int TcpPort = 8080, TlsPort = 443;
    private const int MemberCount = 4;
    private readonly PluggedAmphora _amphora;
    private JsonObject? _secure;

    private HitlessBalancer(PluggedAmphora amphora)
    {
        _amphora = amphora;
        Document = amphora.NewDocument();
        Pool = amphora.AddPool(Document, "HTTP");
        Document.AddListener("HTTP", 80, Pool);
        Document.AddListener("TCP", TcpPort, amphora.AddPool(Document, "TCP"));
    }

    public TestDocument Document { get; }

    /// <summary>The pool of the HTTP listener.</summary>
    public JsonObject Pool { get; }

    public TestNamespace Space => _amphora.Topology.Client;

    public IPAddress Vip => _amphora.Topology.Vip;

    public IReadOnlyList<HttpMember> Members => _amphora.Members;

    public AgentProcess Agent => _amphora.Agent;

    public static async Task<HitlessBalancer> StartAsync(CancellationToken cancellationToken)
    {
        HitlessBalancer balancer = new(await PluggedAmphora.CreateAsync(MemberCount, new AgentConfiguration(), cancellationToken));
        await balancer.ApplyAsync(cancellationToken);
        return balancer;
    }

    /// <summary>Gives a listener, made when there is none, a new certificate for a host name.</summary>
    public async Task RenewAsync(Certificates tenant, string host, CancellationToken cancellationToken)
    {
        _secure ??= Document.AddListener("TERMINATED_HTTPS", TlsPort, Pool);
        Document.Json["tls_files"]!.AsArray().Clear();
        _secure["default_tls_container_ref"] = await _amphora.Api.UploadAsync(Document, tenant.ListenerPem(host), cancellationToken);
    }

    /// <summary>Pushes the document as its next generation.</summary>
    public Task<JsonNode> ApplyAsync(CancellationToken cancellationToken)
    {
        Document.Generation++;
        return _amphora.Api.PushAsync(Document, cancellationToken);
    }

    /// <summary>The workers of its HAProxy, the replaced ones that still run included.</summary>
    public async Task<IReadOnlyList<int>> WorkersAsync(CancellationToken cancellationToken)
    {
        string master = (await File.ReadAllTextAsync(Path.Combine(Agent.BasePath, Document.Id, $"{Document.Id}.pid"), cancellationToken)).Trim();
        CommandResult children = await Command.RunAsync(["pgrep", "-P", master], cancellationToken);
        return [.. children.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => int.Parse(line, CultureInfo.InvariantCulture))];
    }

    public ValueTask DisposeAsync() => _amphora.DisposeAsync();
}

// Our agent, over API 2.0.
using System.Globalization;
using Amphora.Fixtures.Agents;

namespace Amphora.Bench.Hitless;

/// <summary>Each change is a PUT.</summary>
internal sealed class OurBalancer : IBalancer
{
    private OurBalancer(PluggedAmphora amphora) => (Amphora, Document) = (amphora, new ChangingDocument(amphora));

    public string Name => "amphora-agent";

    public PluggedAmphora Amphora { get; }

    public ChangingDocument Document { get; }

    public static async Task<OurBalancer> StartAsync(int members, CancellationToken cancellationToken)
    {
        OurBalancer balancer = new(await PluggedAmphora.CreateAsync(members, new AgentConfiguration(), cancellationToken));
        await balancer.ApplyAsync(cancellationToken);
        return balancer;
    }

    public Task ApplyAsync(CancellationToken cancellationToken)
    {
        Document.Text.Generation++;
        return Amphora.Api.PushAsync(Document.Text, cancellationToken);
    }

    public async Task<int> MasterAsync(CancellationToken cancellationToken) => int.Parse(
        (await File.ReadAllTextAsync(Path.Combine(Amphora.Agent.BasePath, Document.Text.Id, $"{Document.Text.Id}.pid"), cancellationToken)).Trim(), CultureInfo.InvariantCulture);

    public ValueTask DisposeAsync() => Amphora.DisposeAsync();
}

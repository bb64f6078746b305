// A load balancer of one agent, driven over API 1.0 as a stock worker does: upload, reload, and then it has to serve.
using System.Diagnostics;
using System.Net;
using System.Text;
using Amphora.Contract.DesiredState;
using Amphora.Fixtures.Members;
using Amphora.Templates.Language;
using Amphora.Templates.Rendering;

namespace Amphora.Bench.Octavia;

/// <summary>Each change moves its first listener to a port nobody has listened on: an answer there comes from the new configuration.</summary>
internal sealed class UploadedBalancer : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan ServingLimit = TimeSpan.FromSeconds(60);
    private static readonly LoadBalancerRenderer Renderer = new(TemplateSet.Load(null));

    private readonly Contender _contender;
    private readonly BenchmarkDocument _document;
    private readonly HttpClient _agent;
    private readonly HttpClient _traffic;

    public UploadedBalancer(Contender contender, LoadBalancerSize size)
    {
        _contender = contender;
        _document = new BenchmarkDocument(size, contender.Amphora.AmphoraId, contender.Amphora.Topology.Vip, contender.Amphora.Topology.MemberAddress(0));
        _agent = contender.CreateClient(isKept: true);
        _traffic = TrafficClient.Create(contender.Amphora.Topology.Client);
    }

    /// <summary>PUT of haproxy.cfg, to its answer.</summary>
    public Samples Upload { get; } = new();

    /// <summary>From the PUT of haproxy.cfg over that of reload until a request is answered by a member.</summary>
    public Samples Serving { get; } = new();

    /// <summary>Changes it and waits until that serves.</summary>
    public async Task ChangeAsync(bool isKept, CancellationToken cancellationToken)
    {
        _document.Change();
        using StringContent text = new(Render(), Encoding.UTF8);
        long start = Stopwatch.GetTimestamp();
        await PutAsync($"/1.0/loadbalancer/{_contender.Amphora.AmphoraId}/{_document.Id}/haproxy", text, cancellationToken);
        TimeSpan upload = Stopwatch.GetElapsedTime(start);
        await PutAsync($"/1.0/loadbalancer/{_document.Id}/reload", null, cancellationToken);
        await ServesAsync(start, cancellationToken);
        if (isKept)
        {
            Upload.Add(upload);
            Serving.Add(Stopwatch.GetElapsedTime(start));
        }
    }

    public async Task DeleteAsync(CancellationToken cancellationToken)
    {
        using HttpResponseMessage answer = await _agent.DeleteAsync(new Uri($"/1.0/listeners/{_document.Id}", UriKind.Relative), cancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    public void Dispose()
    {
        _agent.Dispose();
        _traffic.Dispose();
    }

    private async Task PutAsync(string path, HttpContent? body, CancellationToken cancellationToken)
    {
        using HttpResponseMessage answer = await _agent.PutAsync(new Uri(path, UriKind.Relative), body, cancellationToken);
        if (!answer.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"{_contender.Agent.Name}: PUT {path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(cancellationToken)}");
        }
    }

    private async Task ServesAsync(long start, CancellationToken cancellationToken)
    {
        Uri url = new($"http://{_contender.Amphora.Topology.Vip}:{_document.Port}/");
        while (true)
        {
            try
            {
                using HttpResponseMessage answer = await _traffic.GetAsync(url, cancellationToken);
                if (answer.StatusCode == HttpStatusCode.OK)
                {
                    return;
                }
            }
            catch (HttpRequestException) when (Stopwatch.GetElapsedTime(start) < ServingLimit)
            {
                // Not yet.
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }

    private string Render()
    {
        DesiredStateDocument document = DesiredStateReader.Read(Encoding.UTF8.GetBytes(_document.Text.ToString())).Document
            ?? throw new InvalidOperationException("the benchmark's document is refused");
        return Renderer.Render(document, LoadBalancerRenderer.PreviewFacts(document)).Files?.HaproxyConfig ?? throw new InvalidOperationException("not rendered");
    }
}

// What the client does: a number of requests over a listener, or requests all the time.
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Amphora.Fixtures.Members;
using Amphora.Fixtures.Networks;

namespace Amphora.Demo;

/// <summary>One request of the client.</summary>
/// <param name="At">When it was sent, from the start of the traffic.</param>
/// <param name="Took">How long the answer took.</param>
/// <param name="Member">Who answered with 200; null: it failed.</param>
/// <param name="Failure">Why it failed.</param>
internal sealed record Answer(TimeSpan At, TimeSpan Took, string? Member, string? Failure);

/// <summary>The client of the load balancer: each request over a connection of its own.</summary>
internal sealed class Traffic(TestNamespace client, IPAddress vip, X509Certificate2 authority) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private readonly HttpClient _http = TrafficClient.Create(client, keepAlive: false, authority, resolve: vip);

    /// <summary>Sends requests one after the other.</summary>
    public async Task<IReadOnlyList<Answer>> SendAsync(Uri url, int requests, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        List<Answer> answers = [];
        for (int request = 0; request < requests; request++)
        {
            answers.Add(await AskAsync(url, start, cancellationToken));
        }

        return answers;
    }

    /// <summary>Sends a request every 10 ms, whether or not the ones before are answered, while something happens.</summary>
    public async Task<IReadOnlyList<Answer>> DuringAsync(Uri url, Func<Task> happening, CancellationToken cancellationToken)
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ConcurrentQueue<Task<Answer>> requests = new();
        Task sending = SendAllTheTimeAsync(url, requests, end.Token);
        await happening();
        await end.CancelAsync();
        await sending;
        return await Task.WhenAll(requests);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task SendAllTheTimeAsync(Uri url, ConcurrentQueue<Task<Answer>> requests, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        using PeriodicTimer timer = new(Pause);
        try
        {
            do
            {
                requests.Enqueue(AskAsync(url, start, CancellationToken.None));
            }
            while (await timer.WaitForNextTickAsync(cancellationToken));
        }
        catch (OperationCanceledException)
        {
            // That is how it ends.
        }
    }

    private async Task<Answer> AskAsync(Uri url, long start, CancellationToken cancellationToken)
    {
        TimeSpan at = Stopwatch.GetElapsedTime(start);
        try
        {
            using HttpResponseMessage response = await _http.GetAsync(url, cancellationToken);
            string member = (await response.Content.ReadAsStringAsync(cancellationToken)).TrimEnd();
            TimeSpan took = Stopwatch.GetElapsedTime(start) - at;
            return response.StatusCode == HttpStatusCode.OK ? new Answer(at, took, member, null) : new Answer(at, took, null, $"{(int)response.StatusCode}");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return new Answer(at, Stopwatch.GetElapsedTime(start) - at, null, exception.GetBaseException().Message);
        }
    }
}

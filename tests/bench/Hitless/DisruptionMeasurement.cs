// What thirty changes cost the clients: ours, and plain reloads of Octavia's own text, in one run.
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Amphora.Fixtures.Members;
using Amphora.Fixtures.Programs;

namespace Amphora.Bench.Hitless;

/// <summary>A member leaves or comes back; fifty clients keep their connections, and after each change another long connection begins.</summary>
internal static class DisruptionMeasurement
{
    private const int Members = 4;
    private const int Clients = 50;
    private const int Changes = 30;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);

    public static async Task RunAsync(BenchmarkReport report, CancellationToken cancellationToken)
    {
        await using (OurBalancer ours = await OurBalancer.StartAsync(Members, cancellationToken))
        {
            await MeasureAsync(report, ours, cancellationToken);
        }

        await using PlainBalancer plain = await PlainBalancer.StartAsync(Members, cancellationToken);
        await MeasureAsync(report, plain, cancellationToken);
    }

    private static async Task MeasureAsync(BenchmarkReport report, IBalancer balancer, CancellationToken cancellationToken)
    {
        IPAddress vip = balancer.Amphora.Topology.Vip;
        List<NetworkStream> lasting = [];
        List<(HttpMember Member, long From, long Until)> away = [];
        await using LastingClients clients = await LastingClients.StartAsync(
            balancer.Amphora.Topology.Client, new(vip, ChangingDocument.HttpPort), "/", Clients, s_pause, cancellationToken);
        JsonArray members = balancer.Document.Pool["members"]!.AsArray();
        for (int change = 0; change < Changes; change += 2)
        {
            int index = change / 2 % Members;
            JsonNode member = members[index]!;
            members.RemoveAt(index);
            await balancer.ApplyAsync(cancellationToken);
            long from = Stopwatch.GetTimestamp();
            lasting.Add(await BeginAsync(balancer, vip, cancellationToken));
            // Some time in which the one that is gone could be asked.
            await Task.Delay(s_pause * 2, cancellationToken);
            away.Add((balancer.Amphora.Members[index], from, Stopwatch.GetTimestamp()));
            members.Insert(index, member);
            await balancer.ApplyAsync(cancellationToken);
            lasting.Add(await BeginAsync(balancer, vip, cancellationToken));
        }

        await clients.StopAsync();
        CommandResult workers = await Command.RunAsync(["pgrep", "-P", $"{await balancer.MasterAsync(cancellationToken)}"], cancellationToken);
        lasting.ForEach(static stream => stream.Dispose());
        Add(report, balancer, "requests", clients.Requests);
        Add(report, balancer, "errors that clients saw", clients.Failures.Count);
        Add(report, balancer, "connections that clients had to make anew", clients.Connections - Clients);
        Add(report, balancer, "requests to a member after its removal was acknowledged", away.Sum(static time => SentTo(time.Member).Count(sent => sent > time.From && sent < time.Until)));
        Add(report, balancer, "workers at the end", workers.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    private static void Add(BenchmarkReport report, IBalancer balancer, string what, long value)
    {
        Samples samples = new();
        samples.Add(value);
        report.Add($"{Changes} changes, {balancer.Name}: {what}", "", samples);
    }

    // A connection of TCP that stays: it keeps the process that took it.
    private static async Task<NetworkStream> BeginAsync(IBalancer balancer, IPAddress vip, CancellationToken cancellationToken)
    {
        NetworkStream stream = await TrafficClient.ConnectAsync(balancer.Amphora.Topology.Client, new(vip, ChangingDocument.TcpPort), cancellationToken);
        await stream.WriteAsync("GET /tcp HTTP/1.1\r\nHost: lasting.test\r\n\r\n"u8.ToArray(), cancellationToken);
        return await stream.ReadAsync(new byte[4096], cancellationToken) > 0 ? stream : throw new IOException("a long connection was closed");
    }

    private static IEnumerable<long> SentTo(HttpMember member) => member.Requests
        .Where(static request => request.Headers.ContainsKey(LastingClients.SentHeader))
        .Select(static request => long.Parse(request.Headers[LastingClients.SentHeader], CultureInfo.InvariantCulture));
}

// Heartbeats received by the native controller, and what a message costs it.
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Amphora.Contract;
using Amphora.Contract.Heartbeat;
using Amphora.Fixtures;
using Amphora.Fixtures.Programs;

namespace Amphora.Bench;

internal static class HeartbeatMeasurement
{
    private const int Runs = 9;
    private const int Messages = 10_000;
    private const int Amphorae = 500;
    private const double LeastHeartbeats = 20_000;

    // So many are under way at most: fewer than the receiver's socket holds.
    private const int Burst = 200;

    private static readonly HeartbeatKey Key = new("a.bench.key");
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static async Task RunAsync(BenchmarkReport report, CancellationToken cancellationToken)
    {
        foreach ((int listeners, int members, double? aim) in ((int, int, double?)[])[(10, 50, LeastHeartbeats), (10, 500, null)])
        {
            Samples rate = new(), memory = new(), size = new();
            for (int run = 0; run < Runs; run++)
            {
                await MeasureAsync(listeners, members, rate, memory, size, cancellationToken);
            }

            string name = $"heartbeats, {listeners} listeners / {members} members";
            report.Add(name, "1/s", rate, atLeast: aim);
            report.Add($"{name}, datagram", "bytes", size);
            report.Add($"{name}, memory after {Messages:N0}, RSS", "MiB", memory);
        }
    }

    private static async Task MeasureAsync(int listeners, int members, Samples rate, Samples memory, Samples size, CancellationToken cancellationToken)
    {
        using TestFolder folder = new();
        string key = folder.Write("key", "a.bench.key\n");
        await using RunningProgram controller = RunningProgram.Start(
            [.. Checkout.ControllerCommand, "health", "listen", "--port", "0", "--heartbeat-key-file", key, "--derive-keys", "--window", "3600", "--quiet"], folder["log"], null, null);
        await Until.TrueAsync("the receiver listens", Limit, () => controller.Log.Contains("listening on", StringComparison.Ordinal), cancellationToken);
        IPEndPoint endPoint = IPEndPoint.Parse(controller.Log.Split('\n').First(line => line.Contains("listening on", StringComparison.Ordinal)).Split(' ')[^1]);
        byte[][] datagrams = Datagrams(listeners, members);
        TimeSpan before = Machine.ProcessorTime(controller.Pid);
        await SendAsync(endPoint, datagrams, cancellationToken);
        TimeSpan used = Machine.ProcessorTime(controller.Pid) - before;
        memory.Add(Machine.ResidentMemory(controller.Pid));
        await controller.StopAsync(cancellationToken);
        string summary = controller.Log.Split('\n').First(line => line.Contains("heartbeats taken", StringComparison.Ordinal));
        int taken = int.Parse(summary.Split(' ')[0], CultureInfo.InvariantCulture);
        if (taken < Messages * 9 / 10 || !summary.Contains(", 0 datagrams refused", StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"of {Messages} heartbeats: {controller.Log}");
        }

        rate.Add(taken / used.TotalSeconds);
        size.Add(datagrams.Average(datagram => datagram.Length));
    }

    // Bursts with a wait for the receiver's socket to be empty, so that nothing is dropped.
    private static async Task SendAsync(IPEndPoint endPoint, byte[][] datagrams, CancellationToken cancellationToken)
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        string local = $":{endPoint.Port:X4} ";
        for (int i = 0; i < datagrams.Length; i++)
        {
            socket.SendTo(datagrams[i], endPoint);
            if (i % Burst == Burst - 1 || i == datagrams.Length - 1)
            {
                await Until.TrueAsync("the receiver is through", Limit, () => Queued(local) == 0, cancellationToken);
            }
        }
    }

    // proc(5), net/udp: local_address, rem_address, st, tx_queue:rx_queue.
    private static long Queued(string local)
    {
        string line = File.ReadLines("/proc/net/udp").First(line => line.Contains(local, StringComparison.Ordinal));
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return long.Parse(words[4].Split(':')[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }

    private static byte[][] Datagrams(int listeners, int members)
    {
        string[] ids = [.. Enumerable.Range(0, Amphorae).Select(_ => Id())];
        HeartbeatKey[] keys = [.. ids.Select(id => new HeartbeatKey(Key.Derive(id)))];
        ValueList<HeartbeatListener> told = Enumerable.Range(0, listeners).Select(_ => new HeartbeatListener(
            Id(), "OPEN", new HeartbeatStats(958, 243, 5, 3, 0), new HeartbeatStats(123_456_789, 98_765_432, 5, 54_321, 12))).ToValueList();
        ValueList<HeartbeatPool> pools = told.ConvertAll(listener => new HeartbeatPool(
            $"{Id()}:{listener.Id}", "UP", Enumerable.Range(0, members / listeners).Select(_ => new HeartbeatMember(Id(), "UP")).ToValueList()));
        long now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        return [.. Enumerable.Range(0, Messages).Select(number => HeartbeatEnvelope.Wrap(
            HeartbeatWriter.Write(new HeartbeatMessage
            {
                AmphoraId = ids[number % Amphorae],
                Sequence = number,
                Listeners = told,
                Pools = pools,
                Origin = new HeartbeatOrigin("5a0a5b3e-4f0e-4a7e-9d55-3f5f8f0c1a77", now - 1000, now),
            }).Span,
            keys[number % Amphorae]))];
    }

    private static string Id() => Guid.NewGuid().ToString();
}

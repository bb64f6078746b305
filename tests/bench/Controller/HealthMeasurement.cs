// A hundred thousand amphorae that send heartbeats to one native controller on one core.
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Amphora.Contract.Heartbeat;
using Amphora.Fixtures;
using Amphora.Fixtures.Controllers;
using Amphora.Fixtures.Databases;
using Amphora.Fixtures.Programs;

namespace Amphora.Bench.Controller;

/// <summary>A section of its own.</summary>
internal static class HealthMeasurement
{
    private const int Amphorae = 100_000;
    private const int Rate = 10_000;
    private const int Seconds = 100;
    private const double MostAge = 1;
    private const string Core = "0";

    // Every so often a member of an amphora changes its mind.
    private const int ChangesOneOf = 100;

    public static async Task RunAsync(CancellationToken cancellationToken)
    {
        BenchmarkReport report = new();
        await using PostgresServer server = await PostgresServer.StartAsync(cancellationToken);
        using TestFolder folder = new();
        string database = await server.CreateAsync("health", cancellationToken);
        IReadOnlyList<string> controller = [.. Checkout.ControllerCommand];
        string[] options = ["--state-dir", folder["state"], "--database", database, "--drivers", "noop"];
        // Makes schema, CA and keys.
        await Command.OutputAsync([.. controller, "lb", "list", .. options], cancellationToken);
        await server.ExecuteAsync("health", Population, cancellationToken);
        Plan plan = Plan.Make(new HeartbeatKey((await File.ReadAllTextAsync(folder["state/heartbeat.key"], cancellationToken)).Trim()));
        IPEndPoint heartbeats = FreePort();
        await using ServingController serve = ServingController.Start(["taskset", "-c", Core], folder["log"], [.. options, "--roles", "health", "--bind-heartbeats", heartbeats.ToString()]);
        await serve.ReadyAsync(cancellationToken);
        int pid = serve.Program.Pid;
        double before = Machine.ResidentMemory(pid), middle = 0;
        TimeSpan used = Machine.ProcessorTime(pid);
        Samples median = new(), late = new();
        await plan.SendAsync(heartbeats, LookAsync, cancellationToken);
        await Task.Delay(TimeSpan.FromSeconds(2), cancellationToken);
        IReadOnlyDictionary<string, double> end = await serve.MetricsAsync(cancellationToken);
        used = Machine.ProcessorTime(pid) - used;
        report.Add("age when written, median, every 10 s", "ms", median);
        report.Add("age when written, 99 of 100, every 10 s", "ms", late);
        AddEnd(report, end, used, [before, middle, Machine.ResidentMemory(pid)]);
        await serve.Program.StopAsync(cancellationToken);
        BenchmarkPage.WriteSection("Heartbeats of 100,000 amphorae", Introduction() + report.Table());

        async Task LookAsync(int second)
        {
            middle = second == Seconds / 2 ? Machine.ResidentMemory(pid) : middle;
            if (second % 10 == 0)
            {
                IReadOnlyDictionary<string, double> now = await serve.MetricsAsync(cancellationToken);
                median.Add(now["amphora_controller_heartbeat_age_seconds{quantile=\"0.5\"}"] * 1000);
                late.Add(now["amphora_controller_heartbeat_age_seconds{quantile=\"0.99\"}"] * 1000);
            }
        }
    }

    private static void AddEnd(BenchmarkReport report, IReadOnlyDictionary<string, double> end, TimeSpan used, IReadOnlyList<double> memory)
    {
        report.Add("age when written, the oldest of all", "s", One(end["amphora_controller_heartbeat_oldest_seconds"]), atMost: MostAge);
        report.Add("heartbeats sent", "", One(Rate * (double)Seconds));
        report.Add("of them written", "%", One(100 * end["amphora_controller_heartbeats_written_total"] / (Rate * Seconds)));
        report.Add("processor time of the controller", "% of a core", One(100 * used.TotalSeconds / Seconds));
        report.Add("memory, everything read, RSS", "MiB", One(memory[0]));
        report.Add("memory in the middle, RSS", "MiB", One(memory[1]));
        report.Add("memory at the end, RSS", "MiB", One(memory[2]));
    }

    private static IPEndPoint FreePort()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return (IPEndPoint)socket.LocalEndPoint!;
    }

    private static Samples One(double value)
    {
        Samples samples = new();
        samples.Add(value);
        return samples;
    }

    // Ids by kind and number, so that the sender knows them.
    private static string Id(int kind, int number) => string.Create(CultureInfo.InvariantCulture, $"{kind:x8}-0000-4000-8000-{number:x12}");

    private static string Population => $$"""
        INSERT INTO load_balancers (id, project_id, name, description, admin_state_up, provisioning_status, operating_status, topology, vip_port_owned, additional_vips, created_at)
        SELECT ('00000001-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'p', 'lb', '', true, 'ACTIVE', 'ONLINE', 'SINGLE', false, '[]', now() FROM generate_series(0, {{Amphorae - 1}}) AS n;
        INSERT INTO objects (id, kind, load_balancer_id, parent_id, position, provisioning_status, operating_status, project_id, body, created_at)
        SELECT (o.id || '-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, o.kind, ('00000001-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
            CASE WHEN o.parent IS NULL THEN NULL ELSE (o.parent || '-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid END, 0, 'ACTIVE', 'ONLINE', 'p', '{"admin_state_up": true, "protocol": "HTTP"}', now()
        FROM generate_series(0, {{Amphorae - 1}}) AS n, (VALUES ('00000002', 'listener', NULL), ('00000003', 'pool', NULL), ('00000004', 'member', '00000003'), ('00000005', 'member', '00000003')) AS o (id, kind, parent);
        INSERT INTO amphorae (id, load_balancer_id, status, role, cert_busy, created_at)
        SELECT ('00000006-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, ('00000001-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'ALLOCATED', 'STANDALONE', false, now() FROM generate_series(0, {{Amphorae - 1}}) AS n;
        VACUUM ANALYZE;
        """;

    private static string Introduction() => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        What `./build.sh bench health` printed on {DateTimeOffset.UtcNow:yyyy-MM-dd} on the same machine ({Machine.Description}); load average at the end
        {File.ReadAllText("/proc/loadavg").Split(' ')[0]}. One native controller, kept on one core by `taskset`, with PostgreSQL and the sender on the other one. {Amphorae:N0} amphorae, each with a
        load balancer, a listener, a pool and two members, send a heartbeat every 10 s, {Rate:N0} a second for {Seconds} s: each is verified with the key of its amphora, compared
        with what is known, and becomes rows: when it was heard of, what its listener counted, and, of one in {ChangesOneOf}, a member's other status. The age is from
        the moment the heartbeat was to be sent, by its own words, to the end of the transaction that wrote it.


        """);

    /// <summary>What is sent when: made before, so that the sender costs the machine as little as it can.</summary>
    private sealed class Plan
    {
        private static readonly TimeSpan Preparation = TimeSpan.FromSeconds(120);

        private readonly byte[][] _datagrams = new byte[Rate * Seconds][];
        private long _start;

        public static Plan Make(HeartbeatKey key)
        {
            Plan plan = new() { _start = (DateTimeOffset.UtcNow + Preparation).ToUnixTimeMilliseconds() };
            HeartbeatKey[] keys = new HeartbeatKey[Amphorae];
            Parallel.For(0, Amphorae, amphora => keys[amphora] = new HeartbeatKey(key.Derive(Id(6, amphora))));
            Parallel.For(0, plan._datagrams.Length, number => plan._datagrams[number] = plan.Datagram(number, keys[number % Amphorae]));
            return plan;
        }

        public async Task SendAsync(IPEndPoint to, Func<int, Task> everySecond, CancellationToken cancellationToken)
        {
            using Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(to);
            TimeSpan wait = DateTimeOffset.FromUnixTimeMilliseconds(_start) - DateTimeOffset.UtcNow;
            if (wait < TimeSpan.Zero)
            {
                throw new InvalidOperationException($"the controller was ready {-wait.TotalSeconds:0} s after the first heartbeat was to be sent");
            }

            await Task.Delay(wait, cancellationToken);
            Task asked = Task.CompletedTask;
            for (int sent = 0, second = 0; sent < _datagrams.Length;)
            {
                long due = Math.Min(_datagrams.Length, (DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - _start + 1) * Rate / 1000);
                for (; sent < due; sent++)
                {
                    socket.Send(_datagrams[sent]);
                }

                if (sent / Rate > second)
                {
                    await asked;
                    second = sent / Rate;
                    asked = everySecond(second);
                }

                await Task.Delay(1, cancellationToken);
            }

            await asked;
        }

        private byte[] Datagram(int number, HeartbeatKey key)
        {
            int amphora = number % Amphorae;
            long round = number / Amphorae;
            long time = _start + ((long)number * 1000 / Rate);
            string listener = Id(2, amphora);
            bool isDown = (amphora + round) % ChangesOneOf == 0;
            return HeartbeatEnvelope.Wrap(
                HeartbeatWriter.Write(new HeartbeatMessage
                {
                    AmphoraId = Id(6, amphora),
                    Sequence = round,
                    Listeners = [new HeartbeatListener(listener, "OPEN", new HeartbeatStats(9580 + amphora, 2430, 5, 30, 0), new HeartbeatStats(123_456_789 + round, 98_765_432, 5, 54_321, 12))],
                    Pools = [new HeartbeatPool($"{Id(3, amphora)}:{listener}", "UP", [new HeartbeatMember(Id(4, amphora), "UP"), new HeartbeatMember(Id(5, amphora), isDown ? "DOWN" : "UP")])],
                    Origin = new HeartbeatOrigin("5a0a5b3e-4f0e-4a7e-9d55-3f5f8f0c1a77", _start - 1000, time),
                }).Span,
                key);
        }
    }
}

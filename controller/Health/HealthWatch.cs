// The health manager: what receives, writes, judges and repairs, put together.
using System.Net;
using Amphora.Contract.Heartbeat;
using Amphora.Controller.Flows;
using Amphora.Controller.Health.Intake;
using Amphora.Controller.Health.Repair;
using Amphora.Controller.LoadBalancers.LoadBalancer;
using Microsoft.Extensions.Logging;

namespace Amphora.Controller.Health;

/// <summary>How a health manager works.</summary>
internal sealed record HealthManagerOptions
{
    /// <summary>[health_manager] bind_ip and bind_port.</summary>
    public required IPEndPoint EndPoint { get; init; }

    /// <summary>The controller's key: amphorae sign with keys derived from it.</summary>
    public required HeartbeatKey Key { get; init; }

    /// <summary>How often is written and read.</summary>
    public HealthWriterOptions Writer { get; init; } = new();

    /// <summary>How silent amphorae are found and replaced.</summary>
    public RepairOptions Repair { get; init; } = new();
}

/// <summary>Three loops and what they share.</summary>
internal sealed class HealthWatch
{
    private readonly HealthManagerOptions _options;
    private readonly RepairLoop _loop;

    /// <summary>Puts one together.</summary>
    public HealthWatch(LoadBalancerServices services, FlowEngine flows, HealthManagerOptions options, ILoggerFactory loggers)
    {
        _options = options;
        Trouble = new OwnTrouble(options.Repair.HeartbeatTimeout, services.Time);
        Breaker = new CircuitBreaker(options.Repair.Breaker);
        Writer = new HealthWriter(services.Database, Book, options.Writer);
        var receiver = HealthSlice.Receiver(new HeartbeatListenOptions { EndPoint = options.EndPoint, Keys = new HeartbeatKeys(options.Key, true, false) });
        Intake = new IntakeLoops(receiver, Book, Writer, Trouble, loggers.CreateLogger<IntakeLoops>());
        var remedies = new Remedies(services, flows);
        Repairs = new Repairs(remedies, new OpinionReader(services, options.Repair.LookLimit), Breaker, options.Repair, loggers.CreateLogger<Repairs>());
        _loop = new RepairLoop(new RepairParts(services.Database, Book, Trouble, Breaker, options.Repair), Repairs, remedies, loggers.CreateLogger<RepairLoop>());
    }

    /// <summary>What is known.</summary>
    public HealthBook Book { get; } = new();

    /// <summary>What is wrong with ourselves.</summary>
    public OwnTrouble Trouble { get; }

    /// <summary>Whether anybody is replaced.</summary>
    public CircuitBreaker Breaker { get; }

    /// <summary>Heartbeats in.</summary>
    public IntakeLoops Intake { get; }

    /// <summary>Heartbeats to rows.</summary>
    public HealthWriter Writer { get; }

    /// <summary>What is under way.</summary>
    public Repairs Repairs { get; }

    /// <summary>What the last look counted.</summary>
    public SilenceCounts Counts => _loop.Counts;

    /// <summary>Why it does not do its work right now; null: it does.</summary>
    public string? NotReady(DateTimeOffset now) =>
        Intake.Listening is null ? "heartbeats are not received"
        : !IsFresh(Writer.Written, now, _options.Writer.WriteInterval) ? "heartbeats are not written"
        : !IsFresh(_loop.Looked, now, _options.Repair.CheckInterval) ? "nobody looks for silent amphorae"
        : null;

    /// <summary>Works until it is cancelled; repairs that run go on until <paramref name="stop"/>.</summary>
    public Task RunAsync(CancellationToken cancellationToken, CancellationToken stop) => Task.WhenAll(
        Intake.WriteAsync(_options.Writer, cancellationToken), Intake.ReceiveAsync(cancellationToken), RepairAsync(cancellationToken, stop));

    private async Task RepairAsync(CancellationToken cancellationToken, CancellationToken stop)
    {
        await Intake.Loaded.WaitAsync(cancellationToken);
        await _loop.RunAsync(cancellationToken, stop);
    }

    private static bool IsFresh(DateTimeOffset? last, DateTimeOffset now, TimeSpan interval) => now - last < TimeSpan.FromSeconds(10) + (3 * interval);
}

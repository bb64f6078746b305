// What a controller tells Prometheus.
using System.Diagnostics;
using Amphora.Contract.Heartbeat;
using Amphora.Controller.Flows;
using Amphora.Controller.Health;
using Amphora.Controller.Health.Repair;
using Amphora.Controller.Store;
using Amphora.Controller.Store.Journal;

namespace Amphora.Controller.Hosting.Serving;

/// <summary>Collects it.</summary>
/// <param name="controller">Flows and database.</param>
/// <param name="readiness">Whether it works.</param>
/// <param name="roles">What it does.</param>
internal sealed class ServeMetrics(RunningController controller, Readiness readiness, RunningRoles roles)
{
    /// <summary>All of it.</summary>
    public async Task<string> WriteAsync(CancellationToken cancellationToken)
    {
        var text = new MetricsText();
        var notReady = await readiness.NotReadyAsync(cancellationToken);
        text.Gauge("amphora_controller_ready", "1 when /ready answers 200.", ("", notReady is null ? 1 : 0));
        text.Gauge("amphora_controller_database_up", "1 when the database answers.", ("", readiness.DatabaseLatency is null ? 0 : 1));
        text.Gauge("amphora_controller_database_latency_seconds", "How long it took to answer.", ("", readiness.DatabaseLatency?.TotalSeconds ?? double.NaN));
        await FlowsAsync(text, cancellationToken);
        if (roles.Health is { } health)
        {
            Heartbeats(text, health);
            Repairs(text, health);
        }

        if (roles.Housekeeping is { } housekeeping)
        {
            text.Counter("amphora_controller_housekeeping_total", "What housekeeping did.", housekeeping.Done.Select(static done =>
                (MetricsText.Labels(("job", done.Key.Job), ("what", done.Key.What), ("result", done.Key.Worked ? "success" : "failure")), (double)done.Value)));
        }

        Process(text);
        return text.ToString();
    }

    private async Task FlowsAsync(MetricsText text, CancellationToken cancellationToken)
    {
        if (readiness.DatabaseLatency is not null)
        {
            var open = await controller.Database.ReadAsync((transaction, token) => new FlowRows(transaction).CountOpenAsync(token), cancellationToken);
            text.Gauge("amphora_controller_flows", "Flows that have not ended, of all controllers.", open.Select(static flows =>
                (MetricsText.Labels(("state", FlowWords.FlowStates.Spell(flows.State)), ("taken", flows.IsTaken ? "yes" : "no")), (double)flows.Count)));
        }

        var ended = controller.FlowCounts.Ended;
        text.Counter("amphora_controller_flows_ended_total", "Flows that ended here.", ended.Select(static flows => (Of(flows.Key), (double)flows.Value.Count)));
        text.Counter("amphora_controller_flow_seconds_total", "From being recorded to their end.", ended.Select(static flows => (Of(flows.Key), flows.Value.Seconds)));
        text.Gauge("amphora_controller_workers_busy", "Workers that run a flow.", ("", roles.Workers?.Running ?? 0));

        static string Of((string Kind, FlowState State) key) => MetricsText.Labels(("kind", key.Kind), ("state", FlowWords.FlowStates.Spell(key.State)));
    }

    private static void Heartbeats(MetricsText text, HealthWatch health)
    {
        text.Counter("amphora_controller_heartbeats_total", "Heartbeats that were taken.", ("", health.Intake.Counts.Taken));
        text.Counter("amphora_controller_heartbeats_refused_total", "Datagrams that were refused.", Enum.GetValues<HeartbeatRefusal>()
            .Where(static reason => reason != HeartbeatRefusal.None).Select(reason => (MetricsText.Labels(("reason", Word(reason))), (double)health.Intake.Counts[reason])));
        text.Counter("amphora_controller_heartbeats_unknown_total", "Of amphorae that no row is known of.", ("", health.Book.Unknown));
        text.Counter("amphora_controller_heartbeats_mismatched_total", "With another number of listeners than there should be.", ("", health.Book.Mismatched));
        text.Counter("amphora_controller_heartbeats_written_total", "Heartbeats that were written.", ("", health.Writer.Ages.Count));
        text.Gauge("amphora_controller_heartbeat_age_seconds", "From being sent to being written, in the last minute or two.", ((double[])[0.5, 0.99, 1]).Select(share =>
            (MetricsText.Labels(("quantile", share.ToString(System.Globalization.CultureInfo.InvariantCulture))), health.Writer.Ages.Quantile(share).TotalSeconds)));
        text.Gauge("amphora_controller_heartbeat_oldest_seconds", "The oldest since the start.", ("", health.Writer.Ages.Oldest.TotalSeconds));
        text.Gauge("amphora_controller_amphorae_known", "Amphorae in memory.", ("", health.Book.Count));
    }

    private static void Repairs(MetricsText text, HealthWatch health)
    {
        text.Gauge("amphora_controller_amphorae_watched", "Amphorae that should be heard of.", ("", health.Counts.Watched));
        text.Gauge("amphora_controller_amphorae_silent", "Amphorae that are not.", ("", health.Counts.Silent));
        text.Gauge("amphora_controller_amphorae_left_alone", "Silent ones that somebody speaks for.", ("", health.Repairs.LeftAlone));
        text.Gauge("amphora_controller_repairs_under_way", "Silent ones that are looked at or replaced.", ("", health.Repairs.UnderWay));
        text.Gauge("amphora_controller_hold_seconds", "So long nobody is replaced, because of our own trouble.", ("", health.Trouble.Left.TotalSeconds));
        text.Gauge("amphora_controller_breaker", "What the circuit breaker is.", Enum.GetValues<BreakerState>().Select(state =>
            (MetricsText.Labels(("state", state.ToString().ToLowerInvariant())), health.Breaker.State == state ? 1.0 : 0)));
        text.Counter("amphora_controller_repairs_total", "How repairs ended.", health.Repairs.Counts.All.Select(static repairs =>
            (MetricsText.Labels(("remedy", repairs.Remedy), ("result", repairs.Result)), (double)repairs.Count)));
    }

    private static void Process(MetricsText text)
    {
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        text.Counter("process_cpu_seconds_total", "Processor time.", ("", process.TotalProcessorTime.TotalSeconds));
        text.Gauge("process_resident_memory_bytes", "Memory.", ("", process.WorkingSet64));
        text.Gauge("process_start_time_seconds", "Since 1970.", ("", new DateTimeOffset(process.StartTime).ToUnixTimeMilliseconds() / 1000.0));
    }

    private static string Word(HeartbeatRefusal reason) => string.Concat(reason.ToString().Select(static (letter, at) => char.IsUpper(letter) && at > 0 ? $"_{char.ToLowerInvariant(letter)}" : $"{char.ToLowerInvariant(letter)}"));
}

/// <summary>What a controller does; null: not this one's role.</summary>
/// <param name="Workers">Runs flows.</param>
/// <param name="Health">Receives heartbeats.</param>
/// <param name="Housekeeping">Keeps house.</param>
internal sealed record RunningRoles(FlowWorkers? Workers, HealthWatch? Health, HousekeepingService? Housekeeping);

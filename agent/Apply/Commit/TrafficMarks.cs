// What there was before a change that nobody knows of yet: the counters, once a window.
using System.Diagnostics.CodeAnalysis;
using Amphora.Agent.Apply.History;

namespace Amphora.Agent.Apply.Commit;

/// <summary>A change is held against as much time before it as there is behind it; HAProxy keeps no past, so it is asked for its listeners' and
/// pools' counters once a window. With <c>confirm_window = 0</c> it is not.</summary>
internal sealed partial class TrafficMarks(ApplyOptions options, CommitEyes eyes, GenerationHistory history, TimeProvider clock, ILogger<TrafficMarks> logger)
    : BackgroundService
{
    /// <inheritdoc/>
    [SuppressMessage("Design", "CA1031", Justification = "a background loop: without a mark the next change is held against a longer time")]
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (options.ConfirmWindow > TimeSpan.Zero && !stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(options.ConfirmWindow, clock, stoppingToken);
                await eyes.MarkAsync(history.LoadBalancers, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                Log.Missed(logger, exception);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(340, LogLevel.Error, "the counters before the next change could not be read")]
        public static partial void Missed(ILogger logger, Exception exception);
    }
}

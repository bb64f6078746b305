// A flow while somebody looks: a tree that is drawn again on a terminal, a line for every step that ends elsewhere.
using System.Text;
using Amphora.Controller.Flows;

namespace Amphora.Controller.Cli.Following;

/// <summary>Shows steps as they begin and end.</summary>
internal sealed class LiveFlow : IProgress<StepRecord>, IAsyncDisposable
{
    private const string ClearLine = "\x1b[2K";
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(100);

    private readonly Terminal _terminal;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, StepRecord> _steps;
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _drawing;
    private int _drawn;

    /// <summary>Begins with the steps as they are.</summary>
    public LiveFlow(Terminal terminal, IReadOnlyList<StepRecord> steps)
    {
        (_terminal, _steps) = (terminal, steps.ToDictionary(static step => step.Path));
        _drawing = terminal.IsLive ? DrawAsync(_ended.Token) : Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Report(StepRecord value)
    {
        lock (_lock)
        {
            var before = _steps.GetValueOrDefault(value.Path);
            _steps[value.Path] = value;
            if (!_terminal.IsLive && before?.State != value.State && value.State is not (StepState.Pending or StepState.Running or StepState.Reverting))
            {
                _terminal.Error.WriteLine(FlowTree.Ended(value));
            }
        }
    }

    /// <summary>Draws the last state, which stays.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _drawing;
        if (_terminal.IsLive)
        {
            Draw();
        }

        _ended.Dispose();
    }

    private async Task DrawAsync(CancellationToken ended)
    {
        using var timer = new PeriodicTimer(s_tick);
        try
        {
            while (await timer.WaitForNextTickAsync(ended))
            {
                Draw();
            }
        }
        catch (OperationCanceledException)
        {
            // The flow ended; what is left to draw is drawn by who disposes.
        }
    }

    private void Draw()
    {
        lock (_lock)
        {
            var now = DateTimeOffset.UtcNow;
            var lines = Visible([.. FlowTree.Lines(_steps.Values)]);
            var text = new StringBuilder(_drawn > 0 ? $"\x1b[{_drawn}A" : "");
            foreach (var line in lines)
            {
                text.Append('\r').Append(ClearLine).Append(Cut(line.Text(now))).Append('\n');
            }

            // One write, so that nothing of others comes between.
            _terminal.Error.Write(text.Append("\x1b[J").ToString());
            _drawn = lines.Count;
        }
    }

    // Lines above the terminal's top cannot be drawn again: those where something happens are what is looked at.
    private static IReadOnlyList<FlowLine> Visible(List<FlowLine> lines)
    {
        var height = Math.Max(Console.WindowHeight - 1, 1);
        var last = lines.FindLastIndex(static line => line.Step is { State: not (StepState.Pending or StepState.Skipped) });
        return lines.Count <= height ? lines : lines.GetRange(Math.Clamp(last + 2 - height, 0, lines.Count - height), height);
    }

    private static string Cut(string text)
    {
        var (line, width) = (string.Concat(text.Select(static letter => char.IsControl(letter) ? ' ' : letter)), Console.WindowWidth);
        return width > 1 && line.Length >= width ? line[..(width - 1)] : line;
    }
}

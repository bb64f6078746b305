// One line on the terminal that says what is waited for; nothing in a pipe.
using Amphora.Controller.Drivers.AmphoraAgent;

namespace Amphora.Controller.Cli;

/// <summary>Redraws its line with each report and takes it away at the end.</summary>
internal sealed class ProgressLine(Terminal terminal) : IProgress<AgentProgress>, IDisposable
{
    private const string ClearLine = "\r\x1b[K";

    /// <summary>How it looks to somebody who waits.</summary>
    public static string Text(AgentProgress progress) => progress.Reason is null && progress.Attempt == 1
        ? $"{progress.Agent.Name}: {progress.Step} …"
        : $"{progress.Agent.Name}: {progress.Step}, attempt {progress.Attempt}{(progress.Reason is null ? " …" : $" failed: {progress.Reason}")}";

    /// <inheritdoc/>
    public void Report(AgentProgress value)
    {
        if (terminal.IsLive)
        {
            // One write: agents report at the same time.
            var text = Text(value).ReplaceLineEndings(" ");
            var width = Console.WindowWidth;
            terminal.Error.Write(ClearLine + (width > 1 && text.Length >= width ? text[..(width - 1)] : text));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (terminal.IsLive)
        {
            terminal.Error.Write(ClearLine);
        }
    }
}

// Log lines as systemd's journal takes them from a program's standard output, sd-daemon(3), "<priority>"; and the same to syslog.
using System.Globalization;
using System.Text;

namespace Amphora.Agent.Hosting;

/// <summary>Writes each entry as one line with one write(2), so that lines of several threads do not mix. .NET's own console logger would do,
/// but brings formatters, options and a thread that cost 4 ms at every start.</summary>
internal sealed class JournalLoggerProvider(SyslogSocket syslog) : ILoggerProvider
{
    private readonly Stream _output = Console.OpenStandardOutput();

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new JournalLogger(categoryName, _output, syslog);

    /// <inheritdoc/>
    public void Dispose()
    {
        _output.Dispose();
        syslog.Dispose();
    }
}

/// <summary>The lines of one category: <c>&lt;6&gt;category[event] message</c>.</summary>
internal sealed class JournalLogger(string category, Stream output, SyslogSocket syslog) : ILogger
{
    /// <inheritdoc/>
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (exception is OperationCanceledException)
        {
            // The host calls a start that was called off a failure. What ends because it was told to is no news.
            return;
        }

        var text = formatter(state, exception);
        var line = string.Create(
            CultureInfo.InvariantCulture, $"{category}[{eventId.Id}] {(exception is null ? text : $"{text} {exception}")}").ReplaceLineEndings(" ");
        var priority = Priority(logLevel);
        output.Write(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"<{priority}>{line}\n")));
        syslog.Send(priority, line);
    }

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    // syslog(3).
    private static int Priority(LogLevel level) => level switch
    {
        LogLevel.Critical => 2,
        LogLevel.Error => 3,
        LogLevel.Warning => 4,
        LogLevel.Information => 6,
        _ => 7,
    };
}

// Log lines on standard error, as systemd's journal takes them: sd-daemon(3), "<priority>"; for people with the time instead.
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Amphora.Controller.Hosting.Serving;

/// <summary>Writes each entry as one line.</summary>
/// <param name="output">Where.</param>
internal sealed class ErrorStreamLoggerProvider(TextWriter output) : ILoggerProvider
{
    private readonly bool _isJournal = Environment.GetEnvironmentVariable("JOURNAL_STREAM") is { Length: > 0 };

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new ErrorStreamLogger(categoryName[(categoryName.LastIndexOf('.') + 1)..], TextWriter.Synchronized(output), _isJournal);

    /// <inheritdoc/>
    public void Dispose()
    {
        // The stream is the process's.
    }
}

/// <summary>The lines of one category.</summary>
internal sealed class ErrorStreamLogger(string category, TextWriter output, bool isJournal) : ILogger
{
    /// <inheritdoc/>
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var (priority, word) = logLevel switch
        {
            LogLevel.Critical or LogLevel.Error => (3, "error"),
            LogLevel.Warning => (4, "warning"),
            _ => (6, "info"),
        };
        var head = isJournal
            ? string.Create(CultureInfo.InvariantCulture, $"<{priority}>")
            : string.Create(CultureInfo.InvariantCulture, $"{DateTimeOffset.UtcNow:yyyy-MM-dd'T'HH:mm:ss.fff'Z'} {word} ");
        output.WriteLine($"{head}{category}[{eventId.Id}] {formatter(state, exception)} {exception}".TrimEnd().ReplaceLineEndings(" "));
    }

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information && logLevel != LogLevel.None;

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;
}

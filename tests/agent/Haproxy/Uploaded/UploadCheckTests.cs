// What the lint finds in a text that came refuses it, or is logged.
using Amphora.Agent.Haproxy;
using Amphora.Agent.Haproxy.Lint;
using Amphora.Agent.Haproxy.Uploaded;
using Amphora.Contract;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Amphora.Agent.Tests.Haproxy.Uploaded;

public sealed class UploadCheckTests : IDisposable
{
    private const string Foreign = "global\n    daemon\n    setenv A b\n    lua-load /x\n";
    private const string NotInGlobal = "not a directive that a load balancer of Octavia's has in section global";

    private readonly HaproxyHost _host = new();
    private readonly Lines _lines = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void A_text_with_findings_is_refused_with_a_line_each()
    {
        var check = Check(LintMode.Refuse);

        var failure = check.Lint(_host.Wanted(Foreign));

        Assert.Equal((FailureKind.Refused, "lint"), (failure!.Kind, failure.Tool));
        Assert.Equal($"line 3: `setenv A b`: {NotInGlobal}\nline 4: `lua-load /x`: {NotInGlobal}", failure.Output);
        Assert.Contains("2 lines", failure.Message, StringComparison.Ordinal);
        Assert.Empty(_lines.Said);
    }

    [Fact]
    public void Told_to_warn_it_logs_a_line_each_and_lets_the_text_through()
    {
        var check = Check(LintMode.Warn);

        var failure = check.Lint(_host.Wanted(Foreign));

        Assert.Null(failure);
        Assert.Equal(
            [
                $"load balancer {HaproxyHost.LoadBalancerId}: uploaded haproxy.cfg: line 3: `setenv A b`: {NotInGlobal}",
                $"load balancer {HaproxyHost.LoadBalancerId}: uploaded haproxy.cfg: line 4: `lua-load /x`: {NotInGlobal}",
            ],
            _lines.Said);
    }

    [Fact]
    public void A_text_full_of_findings_is_twenty_lines_in_the_log_and_a_number()
    {
        var check = Check(LintMode.Warn);

        check.Lint(_host.Wanted("global\n" + string.Concat(Enumerable.Repeat("    setenv A b\n", 30))));

        Assert.Equal(21, _lines.Said.Count);
        Assert.EndsWith(": and 10 more lines", _lines.Said[20], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData((int)LintMode.Refuse)]
    [InlineData((int)LintMode.Warn)]
    public void Of_a_clean_text_nothing_is_said(int mode)
    {
        var check = Check((LintMode)mode);

        Assert.Null(check.Lint(_host.Wanted("global\n    daemon\n" + Listener())));
        Assert.Empty(_lines.Said);
    }

    [Fact]
    public async Task HAProxy_is_asked_about_what_the_lint_would_refuse_too()
    {
        var check = Check(LintMode.Refuse);

        var accepted = await check.AskHaproxyAsync(_host.Wanted("global\n    daemon\n    setenv A b\n" + Listener()), Cancel);
        var refused = await check.AskHaproxyAsync(_host.Wanted("global\n    daemon\n" + Listener($" ssl crt-list {_host.Paths.CrtList(HaproxyHost.ListenerId)}")), Cancel);

        Assert.True(accepted is null, accepted?.Output);
        Assert.Equal((FailureKind.Refused, "haproxy"), (refused!.Kind, refused.Tool));
        Assert.Empty(_lines.Said);
    }

    public void Dispose()
    {
        _host.Dispose();
        _lines.Dispose();
    }

    private static string Listener(string tls = "") => $"frontend {HaproxyHost.ListenerId}\n    bind 127.0.0.1:8080{tls}\n    mode http\n    timeout client 5000\n";

    private UploadCheck Check(LintMode mode)
    {
        var options = _host.Options with { Lint = mode };
        return new UploadCheck(options, new HaproxyCheck(options), _lines.CreateLogger<UploadCheck>());
    }

    // A log that remembers its warnings.
    private sealed class Lines : ILoggerProvider, ILogger
    {
        private readonly LoggerFactory _factory;

        public Lines() => _factory = new LoggerFactory([this]);

        public List<string> Said { get; } = [];

        public ILogger<T> CreateLogger<T>() => _factory.CreateLogger<T>();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            Assert.Equal((LogLevel.Warning, 540), (logLevel, eventId.Id));
            Said.Add(formatter(state, exception));
        }

        public void Dispose() => _factory.Dispose();
    }
}

// The agent's log lines as the journal reads them.
using System.Text;
using Amphora.Agent.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Amphora.Agent.Tests.Hosting;

public sealed class JournalLoggerTests
{
    [Theory]
    [InlineData(LogLevel.Critical, "<2>")]
    [InlineData(LogLevel.Error, "<3>")]
    [InlineData(LogLevel.Warning, "<4>")]
    [InlineData(LogLevel.Information, "<6>")]
    [InlineData(LogLevel.Debug, "<7>")]
    public void A_line_begins_with_its_syslog_priority(LogLevel level, string priority) =>
        Assert.Equal($"{priority}Amphora.Agent.Test[211] said\n", Write(level, "said", null));

    [Fact]
    public void An_entry_of_several_lines_is_one_line()
    {
        var line = Write(LogLevel.Error, "first\r\nsecond\nthird", new InvalidOperationException("why\nnot"));

        Assert.Equal("<3>Amphora.Agent.Test[211] first second third System.InvalidOperationException: why not\n", line);
    }

    private static string Write(LogLevel level, string message, Exception? exception)
    {
        using var output = new MemoryStream();
        using var nobody = new SyslogSocket("/nonexistent", SyslogFacility.Local0);
        new JournalLogger("Amphora.Agent.Test", output, nobody).Log(level, new EventId(211), message, exception, static (state, _) => state);
        return Encoding.UTF8.GetString(output.ToArray());
    }
}

// The agent's and HAProxy's lines through a real rsyslogd, to the targets a controller configured (appliance-layout §10).
using System.Net.Sockets;
using Amphora.Agent.Hosting;
using Amphora.Fixtures;
using Amphora.Fixtures.Programs;
using Xunit;

namespace Amphora.Agent.Tests.Hosting;

public sealed class LogForwardingTests : IDisposable
{
    private const int Local1 = SyslogFacility.Local0 + 1;
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    private readonly TestFolder _folder = new();
    private readonly LogTarget _tenant = new();
    private readonly LogTarget _admin = new();

    public LogForwardingTests() => Directory.CreateDirectory(_folder["run"]);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string SocketFile => RsyslogProcess.SocketFile(_folder);

    [Fact]
    public async Task The_agents_lines_go_to_the_administrators_and_into_its_file()
    {
        await using var rsyslog = await RsyslogProcess.StartAsync(_folder, _tenant, _admin, Cancellation);
        using var syslog = new SyslogSocket(SocketFile, Local1);

        syslog.Send(3, "Amphora.Agent.Test[7] it is so: ä");

        var line = await _admin.WaitAsync("it is so", s_limit, Cancellation);
        Assert.StartsWith("<139>", line, StringComparison.Ordinal);
        Assert.EndsWith($" amphora-agent[{Environment.ProcessId}]: Amphora.Agent.Test[7] it is so: ä", line, StringComparison.Ordinal);
        await Until.TrueAsync("the line is in the file", s_limit, () => ReadFile("amphora-agent.log").Contains("it is so", StringComparison.Ordinal), Cancellation);
        Assert.Empty(_tenant.Lines);
    }

    [Fact]
    public async Task Traffic_goes_to_the_tenant_and_events_to_the_administrators()
    {
        await using var rsyslog = await RsyslogProcess.StartAsync(_folder, _tenant, _admin, Cancellation);
        var front = _folder["front"];
        await using var haproxy = await HaproxyProcess.StartAsync(
            $$"""
            global
                stats socket {socket}
                log {{SocketFile}} local0
                log {{SocketFile}} local1 notice
            defaults
                log global
                mode http
                timeout client 5s
                timeout connect 5s
                timeout server 5s
            frontend the-listener
                bind unix@{{front}}
                option httplog
                http-request return status 204
            """,
            null,
            Cancellation);

        await Command.OutputAsync(["curl", "-sS", "--unix-socket", front, "http://amphora/for-the-tenant"], Cancellation);

        var traffic = await _tenant.WaitAsync("/for-the-tenant", s_limit, Cancellation);
        Assert.Contains("the-listener", traffic, StringComparison.Ordinal);
        using var syslog = new SyslogSocket(SocketFile, Local1);
        syslog.Send(4, "the last line");
        await _admin.WaitAsync("the last line", s_limit, Cancellation);
        Assert.DoesNotContain(_admin.Lines, line => line.Contains("/for-the-tenant", StringComparison.Ordinal));
        Assert.DoesNotContain(_tenant.Lines, line => line.StartsWith("<14", StringComparison.Ordinal) || line.Contains("the last line", StringComparison.Ordinal));
        await Until.TrueAsync("the traffic is in HAProxy's file", s_limit, () => ReadFile("haproxy.log").Contains("/for-the-tenant", StringComparison.Ordinal), Cancellation);
    }

    [Fact]
    public async Task A_socket_that_comes_late_or_again_gets_the_next_line_and_how_many_it_missed()
    {
        using var syslog = new SyslogSocket(SocketFile, Local1);
        syslog.Send(6, "nobody is there");
        await using (var first = await RsyslogProcess.StartAsync(_folder, _tenant, _admin, Cancellation))
        {
            syslog.Send(6, "somebody came");
            await _admin.WaitAsync("somebody came", s_limit, Cancellation);
            await _admin.WaitAsync("1 lines before this one could not be sent", s_limit, Cancellation);
            await first.StopAsync(Cancellation);
        }

        syslog.Send(6, "nobody is there any more");
        syslog.Send(6, "still nobody");
        await using var second = await RsyslogProcess.StartAsync(_folder, _tenant, _admin, Cancellation);
        syslog.Send(6, "somebody is there again");

        await _admin.WaitAsync("somebody is there again", s_limit, Cancellation);
        await _admin.WaitAsync("2 lines before this one could not be sent", s_limit, Cancellation);
        Assert.DoesNotContain(_admin.Lines, line => line.Contains("nobody", StringComparison.Ordinal));
    }

    [Fact]
    public void A_socket_that_nobody_empties_holds_nobody_up()
    {
        const int Lines = 20_000;
        using var stuck = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        stuck.Bind(new UnixDomainSocketEndPoint(SocketFile));
        using var syslog = new SyslogSocket(SocketFile, Local1);

        for (var line = 0; line < Lines; line++)
        {
            syslog.Send(6, "a line that has to go somewhere");
        }

        var (kept, buffer) = (0, new byte[9000]);
        for (; stuck.Available > 0; kept++)
        {
            stuck.Receive(buffer);
        }

        syslog.Send(6, "there is room again");
        var last = stuck.Receive(buffer);
        Assert.Contains("there is room again", System.Text.Encoding.UTF8.GetString(buffer, 0, last), StringComparison.Ordinal);
        last = stuck.Receive(buffer);
        Assert.Contains($"{Lines - kept} lines before this one", System.Text.Encoding.UTF8.GetString(buffer, 0, last), StringComparison.Ordinal);
        Assert.InRange(kept, 1, Lines - 1);
    }

    [Fact]
    public void A_line_is_no_longer_than_rsyslog_takes()
    {
        using var listener = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(SocketFile));
        using var syslog = new SyslogSocket(SocketFile, Local1);

        syslog.Send(6, new string('x', 1_000_000));

        var buffer = new byte[100_000];
        var length = listener.Receive(buffer);
        Assert.Equal(8192, length);
        Assert.EndsWith("x…", System.Text.Encoding.UTF8.GetString(buffer, 0, length), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Logrotate_takes_the_images_file()
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Checkout.Top, "image/elements/amphora-agent/static/etc/logrotate.d/amphora-agent"), Cancellation);
        var log = _folder.Write("amphora-agent.log", "old\n");
        var config = _folder.Write(
            "rotate.conf", text.Replace("/var/log/", _folder.Path + "/", StringComparison.Ordinal).Replace("systemctl kill --signal=HUP rsyslog.service", $"touch {_folder["told"]}", StringComparison.Ordinal));

        await Command.OutputAsync(["logrotate", "--force", "--state", _folder["state"], config], Cancellation);

        Assert.Equal("old\n", await File.ReadAllTextAsync(log + ".1", Cancellation));
        Assert.True(File.Exists(_folder["told"]));
    }

    [Theory]
    [InlineData("LOG_LOCAL1", 17)]
    [InlineData("local7", 23)]
    [InlineData("LOG_USER", 1)]
    [InlineData("daemon", 3)]
    [InlineData("LOG_LOCAL8", null)]
    [InlineData("LOG_", null)]
    public void Facilities_have_the_numbers_of_syslog(string name, int? number) => Assert.Equal(number, SyslogFacility.Parse(name));

    public void Dispose()
    {
        _tenant.Dispose();
        _admin.Dispose();
        _folder.Dispose();
    }

    private string ReadFile(string name) => File.Exists(_folder[name]) ? File.ReadAllText(_folder[name]) : "";
}

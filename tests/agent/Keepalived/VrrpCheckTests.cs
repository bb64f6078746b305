// Whether the amphora is fit for the VIP.
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Amphora.Agent.Keepalived;
using Amphora.Fixtures;
using Xunit;

namespace Amphora.Agent.Tests.Keepalived;

public sealed class VrrpCheckTests : IDisposable
{
    private readonly TestFolder _folder = new();

    [Fact]
    public void No_sockets_is_a_success()
    {
        var code = VrrpCheck.Sockets([]);

        Assert.Equal(0, code);
    }

    [Fact]
    public void The_exit_code_counts_the_sockets_that_give_nothing_back()
    {
        using var good = Serve("good.sock", "# pxname,svname\n");
        using var silent = Serve("silent.sock", "");
        using var silent2 = Serve("silent2.sock", "");

        var code = VrrpCheck.Sockets([_folder["good.sock"], _folder["silent.sock"], _folder["silent2.sock"]]);

        Assert.Equal(2, code);
    }

    [Fact]
    public void A_socket_nobody_listens_on_is_exit_code_1()
    {
        var code = VrrpCheck.Sockets([_folder["none.sock"], _folder["none2.sock"]]);

        Assert.Equal(1, code);
    }

    [Fact]
    public void An_amphora_that_runs_nothing_is_not_fit()
    {
        var code = VrrpCheck.Amphora(_folder.Path);

        Assert.Equal(1, code);
    }

    [Fact]
    public void Every_load_balancer_with_a_configuration_has_to_answer()
    {
        _folder.Write("lb1/haproxy.cfg", "");
        _folder.Write("lb2/other", "");
        using var first = Serve("lb1.sock", "answer");

        var fit = VrrpCheck.Amphora(_folder.Path);
        _folder.Write("lb3/haproxy.cfg", "");
        var unfit = VrrpCheck.Amphora(_folder.Path);

        Assert.Equal((0, 1), (fit, unfit));
    }

    [Fact]
    public void Every_LVS_listener_has_to_live()
    {
        _folder.Write("lvs/octavia-keepalivedlvs-l1.conf", "");
        _folder.Write("lvs/octavia-keepalivedlvs-l1.pid", $"{Environment.ProcessId}\n");

        var fit = VrrpCheck.Amphora(_folder.Path);
        _folder.Write("lvs/octavia-keepalivedlvs-l2.conf", "");
        var unfit = VrrpCheck.Amphora(_folder.Path);

        Assert.Equal((0, 1), (fit, unfit));
    }

    [Fact]
    public async Task A_keepalived_that_ended_and_that_nobody_has_collected_does_not_live()
    {
        // The child ends once sleep has taken the shell's place, and sleep never asks about a child it got from a shell.
        const string Script = "sh -c 'while grep -q sh /proc/$PPID/comm; do sleep 0.01; done' & echo $!; exec sleep 60";
        ProcessStartInfo start = new("/bin/sh", ["-c", Script]) { RedirectStandardOutput = true };
        using var parent = Process.Start(start)!;
        try
        {
            var pid = (await parent.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!;
            await Until.TrueAsync(
                "it is a zombie",
                TimeSpan.FromSeconds(10),
                () => File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal),
                TestContext.Current.CancellationToken);
            _folder.Write("lvs/octavia-keepalivedlvs-l1.conf", "");
            _folder.Write("lvs/octavia-keepalivedlvs-l1.pid", pid);

            var code = VrrpCheck.Amphora(_folder.Path);

            Assert.Equal(1, code);
        }
        finally
        {
            parent.Kill();
        }
    }

    [Fact]
    public void What_is_stopped_is_left_out_and_an_amphora_with_nothing_else_is_fit()
    {
        _folder.Write("lb1/haproxy.cfg", "");
        _folder.Write("lvs/octavia-keepalivedlvs-l1.conf", "");
        var running = VrrpCheck.Amphora(_folder.Path);

        _folder.Write("lb1/stopped", "");
        _folder.Write("lvs/octavia-keepalivedlvs-l1.stopped", "");
        var stopped = VrrpCheck.Amphora(_folder.Path);

        Assert.Equal((2, 0), (running, stopped));
    }

    [Fact]
    public void What_keepalived_s_script_runs_needs_no_parser()
    {
        var everything = VrrpCheckRequest.Read(["vrrp-check", "--base-path", "/var/lib/octavia"]);
        var sockets = VrrpCheckRequest.Read(["vrrp-check", "/a.sock", "/b.sock"]);

        Assert.Equal(("/var/lib/octavia", 0), (everything?.BasePath, everything?.Sockets.Count));
        Assert.Equal((null, "/a.sock /b.sock"), (sockets?.BasePath, string.Join(' ', sockets?.Sockets ?? [])));
    }

    [Theory]
    [InlineData]
    [InlineData("udp-check", "/a.sock")]
    [InlineData("vrrp-check", "--help")]
    [InlineData("vrrp-check", "--base-path")]
    [InlineData("vrrp-check", "--base-path", "--help")]
    [InlineData("vrrp-check", "--base-path", "/a", "--base-path", "/b")]
    [InlineData("vrrp-check", "--base-path=/a")]
    [InlineData("vrrp-check", "/a.sock", "--base-path", "/a")]
    [InlineData("vrrp-check", "relative.sock")]
    [InlineData("--templates", "/a", "vrrp-check")]
    public void Every_other_line_is_the_parser_s(params string[] arguments) => Assert.Null(VrrpCheckRequest.Read(arguments));

    public void Dispose() => _folder.Dispose();

    // Answers every connection once it has read the command.
    private Socket Serve(string name, string answer)
    {
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(_folder[name]));
        listener.Listen();
        _ = AcceptAsync(listener, Encoding.ASCII.GetBytes(answer));
        return listener;
    }

    private static async Task AcceptAsync(Socket listener, byte[] answer)
    {
        try
        {
            while (true)
            {
                using var connection = await listener.AcceptAsync().ConfigureAwait(false);
                await connection.ReceiveAsync(new byte[100]).ConfigureAwait(false);
                await connection.SendAsync(answer).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}

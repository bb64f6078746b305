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
    public async Task No_sockets_is_a_success()
    {
        var code = await VrrpCheck.SocketsAsync([], TestContext.Current.CancellationToken);

        Assert.Equal(0, code);
    }

    [Fact]
    public async Task The_exit_code_counts_the_sockets_that_give_nothing_back()
    {
        using var good = Serve("good.sock", "# pxname,svname\n");
        using var silent = Serve("silent.sock", "");
        using var silent2 = Serve("silent2.sock", "");

        var code = await VrrpCheck.SocketsAsync(
            [_folder["good.sock"], _folder["silent.sock"], _folder["silent2.sock"]], TestContext.Current.CancellationToken);

        Assert.Equal(2, code);
    }

    [Fact]
    public async Task A_socket_nobody_listens_on_is_exit_code_1()
    {
        var code = await VrrpCheck.SocketsAsync([_folder["none.sock"], _folder["none2.sock"]], TestContext.Current.CancellationToken);

        Assert.Equal(1, code);
    }

    [Fact]
    public async Task An_amphora_that_runs_nothing_is_not_fit()
    {
        var code = await VrrpCheck.AmphoraAsync(_folder.Path, TestContext.Current.CancellationToken);

        Assert.Equal(1, code);
    }

    [Fact]
    public async Task Every_load_balancer_with_a_configuration_has_to_answer()
    {
        _folder.Write("lb1/haproxy.cfg", "");
        _folder.Write("lb2/other", "");
        using var first = Serve("lb1.sock", "answer");

        var fit = await VrrpCheck.AmphoraAsync(_folder.Path, TestContext.Current.CancellationToken);
        _folder.Write("lb3/haproxy.cfg", "");
        var unfit = await VrrpCheck.AmphoraAsync(_folder.Path, TestContext.Current.CancellationToken);

        Assert.Equal((0, 1), (fit, unfit));
    }

    [Fact]
    public async Task Every_LVS_listener_has_to_live()
    {
        _folder.Write("lvs/octavia-keepalivedlvs-l1.conf", "");
        _folder.Write("lvs/octavia-keepalivedlvs-l1.pid", $"{Environment.ProcessId}\n");

        var fit = await VrrpCheck.AmphoraAsync(_folder.Path, TestContext.Current.CancellationToken);
        _folder.Write("lvs/octavia-keepalivedlvs-l2.conf", "");
        var unfit = await VrrpCheck.AmphoraAsync(_folder.Path, TestContext.Current.CancellationToken);

        Assert.Equal((0, 1), (fit, unfit));
    }

    [Fact]
    public async Task A_keepalived_that_ended_and_that_nobody_has_collected_does_not_live()
    {
        // The second program never asks about the child it got from the first.
        ProcessStartInfo start = new("/bin/sh", ["-c", "true & echo $!; exec sleep 60"]) { RedirectStandardOutput = true };
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

            var code = await VrrpCheck.AmphoraAsync(_folder.Path, TestContext.Current.CancellationToken);

            Assert.Equal(1, code);
        }
        finally
        {
            parent.Kill();
        }
    }

    [Fact]
    public async Task What_is_stopped_is_left_out_and_an_amphora_with_nothing_else_is_fit()
    {
        _folder.Write("lb1/haproxy.cfg", "");
        _folder.Write("lvs/octavia-keepalivedlvs-l1.conf", "");
        var running = await VrrpCheck.AmphoraAsync(_folder.Path, TestContext.Current.CancellationToken);

        _folder.Write("lb1/stopped", "");
        _folder.Write("lvs/octavia-keepalivedlvs-l1.stopped", "");
        var stopped = await VrrpCheck.AmphoraAsync(_folder.Path, TestContext.Current.CancellationToken);

        Assert.Equal((2, 0), (running, stopped));
    }

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
                using var connection = await listener.AcceptAsync();
                await connection.ReceiveAsync(new byte[100]);
                await connection.SendAsync(answer);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}

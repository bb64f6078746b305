// A real HAProxy reads what HaproxyEncoder wrote and answers with it.
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Amphora.Templates.Encoding;
using Amphora.Templates.Language;
using Amphora.Templates.Tests.Language;
using Xunit;

namespace Amphora.Templates.Tests.Encoding;

public sealed class Haproxy_itself : IDisposable
{
    private const string Config = """
        global
          tune.bufsize 131072
          tune.http.maxhdr 2048
        defaults
          mode http
          timeout client 5s
          timeout server 5s
          timeout connect 5s
        frontend {{ name }}
          bind unix@{{ socket }}
        {{~ for value in values ~}}
          http-request set-var(txn.v{{ for.index }}) {{ haproxy.fetch "str" value }}
          http-after-response set-header E3-{{ for.index }} x%[var(txn.v{{ for.index }})]x
          http-after-response set-header E5-{{ for.index }} x{{ value | haproxy.format }}x
          acl unused{{ for.index }} req.hdr(host) -i -m str -- {{ value }}
        {{~ end ~}}
          acl known req.hdr(host) -m str -- {{ host }}
          http-request return status 200 if known
          http-request deny

        """;

    private readonly string _directory = Directory.CreateTempSubdirectory("amphora-words-").FullName;
    private Process? _haproxy;

    private string Socket => Path.Combine(_directory, "s");

    public void Dispose()
    {
        if (_haproxy is not null)
        {
            _haproxy.Kill(entireProcessTree: true);
            _haproxy.WaitForExit();
            _haproxy.Dispose();
        }

        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Haproxy_says_the_values_back_unchanged()
    {
        var values = AnyText.Sample(static value => !AnyText.HoldsControls(value), 250);
        const string Host = "it's #1 \"$HOME\" -f \\x41 %[src]";
        var model = new TemplateRecord("") { { "name", "words" }, { "socket", Socket }, { "values", values }, { "host", Host } };
        await StartAsync(Rendered.Text(Config, model));

        var headers = await GetHeadersAsync(Host);

        Assert.Equal(250, values.Count);
        for (var i = 0; i < values.Count; i++)
        {
            Assert.Equal($"x{values[i]}x", headers[$"e3-{i}"]);
            Assert.Equal($"x{values[i]}x", headers[$"e5-{i}"]);
        }
    }

    private async Task StartAsync(string config)
    {
        var file = Path.Combine(_directory, "haproxy.cfg");
        await File.WriteAllTextAsync(file, config, TestContext.Current.CancellationToken);
        _haproxy = Process.Start(new ProcessStartInfo("haproxy", ["-db", "-f", file]) { RedirectStandardError = true })!;
        var log = _haproxy.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var clock = Stopwatch.StartNew();
        while (!File.Exists(Socket))
        {
            Assert.False(_haproxy.HasExited, _haproxy.HasExited ? await log : "");
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), "haproxy does not listen");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    private async Task<Dictionary<string, string>> GetHeadersAsync(string host)
    {
        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await client.ConnectAsync(new UnixDomainSocketEndPoint(Socket), TestContext.Current.CancellationToken);
        await using var stream = new NetworkStream(client);
        await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes($"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream, System.Text.Encoding.UTF8);
        var lines = (await reader.ReadToEndAsync(TestContext.Current.CancellationToken)).Split("\r\n");
        Assert.Contains(" 200 ", lines[0], StringComparison.Ordinal);
        return lines.Skip(1).TakeWhile(static line => line.Length > 0).Select(static line => line.Split(": ", 2))
            .ToDictionary(static parts => parts[0].ToLowerInvariant(), static parts => parts[1], StringComparer.Ordinal);
    }
}

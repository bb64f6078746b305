// What a HAProxy would be like that has just been started on the text another one runs: the measure of every change.
using System.Globalization;
using System.Text;
using Amphora.Agent.Haproxy;
using Amphora.Agent.Haproxy.Runtime;
using Amphora.Fixtures;
using Amphora.Fixtures.Programs;

namespace Amphora.Agent.Tests.Haproxy;

/// <summary>Starts one beside, in a directory of its own and on ports of its own.</summary>
internal static class FreshHaproxy
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    /// <summary>The servers of a fresh process, a line each.</summary>
    public static Task<string> ReadServersAsync(HaproxyLive live, CancellationToken cancellationToken) => ReadAsync(live, ReadServersAsync, cancellationToken);

    /// <summary>The certificates of a fresh process, in HAProxy's own words.</summary>
    public static Task<string> ReadCertificatesAsync(HaproxyLive live, CancellationToken cancellationToken) => ReadAsync(live, ReadCertificatesAsync, cancellationToken);

    private static async Task<string> ReadAsync(HaproxyLive live, Func<HaproxyPaths, CancellationToken, Task<string>> read, CancellationToken cancellationToken)
    {
        using var host = new HaproxyHost();
        var paths = host.Paths;
        Directory.CreateDirectory(paths.Directory);
        HaproxyUserGroup.Ensure(host.Options);
        var text = (await File.ReadAllTextAsync(live.Host.Paths.Config, cancellationToken)).Replace(live.Options.BasePath, host.Options.BasePath, StringComparison.Ordinal)
            .Replace(paths.Tls, live.Host.Paths.Tls, StringComparison.Ordinal);
        foreach (var port in Binds(text))
        {
            text = text.Replace($"bind 127.0.0.1:{port}", $"bind 127.0.0.1:{HaproxyHost.FreePort()}", StringComparison.Ordinal);
        }

        await File.WriteAllTextAsync(paths.Config, text, cancellationToken);
        await using var program = RunningProgram.Start([live.Options.HaproxyCommand, "-db", "-L", HaproxyHost.LocalPeer, "-f", paths.Config, "-f", host.Options.UserGroupFile], paths.Directory + "/log", networkNamespace: null, environment: null);
        await Until.TrueAsync("a fresh HAProxy answers", s_limit, async () => (await AdminSession.OpenAsync(paths, s_limit, cancellationToken)).Ok, cancellationToken);
        return await read(paths, cancellationToken);
    }

    /// <summary>The certificates of the process that answers: what it says of every file it has.</summary>
    public static async Task<string> ReadCertificatesAsync(HaproxyPaths paths, CancellationToken cancellationToken)
    {
        var opened = await HaproxyConversation.OpenAsync(paths.AdminSocket, s_limit, cancellationToken);
        using var conversation = opened.Value;
        var said = new StringBuilder();
        foreach (var kind in new[] { "cert", "ca-file", "crl-file", "crt-list" })
        {
            foreach (var name in (await AskAsync($"show ssl {kind}")).Split('\n').Where(line => line.StartsWith('/')).Select(line => line.Split(' ')[0]))
            {
                said.Append(await AskAsync($"show ssl {kind} {name}"));
            }
        }

        return said.ToString();

        async Task<string> AskAsync(string command) => Encoding.UTF8.GetString((await conversation.AskAsync(command, cancellationToken)).Value.Span);
    }

    /// <summary>The servers of the process that answers, a line each: where they are, whether they serve, and how they are checked.</summary>
    public static async Task<string> ReadServersAsync(HaproxyPaths paths, CancellationToken cancellationToken)
    {
        var opened = await HaproxyConversation.OpenAsync(paths.AdminSocket, s_limit, cancellationToken);
        using var conversation = opened.Value;
        var answer = Encoding.UTF8.GetString((await conversation.AskAsync("show servers state", cancellationToken)).Value.Span);
        var states = ServerStates.Parse(answer).Value;
        var lines = new StringBuilder();
        foreach (var words in answer.Split('\n').Skip(2).Select(line => line.Split(' ')).Where(words => words.Length > 4))
        {
            var state = states.Find(words[1], words[3])!;
            lines.Append(CultureInfo.InvariantCulture, $"{words[1]} {words[3]} {state.Address}:{state.Port} weight {state.Weight} {(state.IsInMaintenance ? "off" : "on")} check {state.CheckAddress}:{state.CheckPort}\n");
        }

        return lines.ToString();
    }

    private static IEnumerable<string> Binds(string text) =>
        text.Split('\n').Select(line => line.Trim()).Where(line => line.StartsWith("bind 127.0.0.1:", StringComparison.Ordinal)).Select(line => line.Split(' ')[1]["127.0.0.1:".Length..]).Distinct().ToList();
}

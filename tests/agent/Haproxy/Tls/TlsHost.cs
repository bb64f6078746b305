// A load balancer that terminates TLS and speaks TLS to its member, with HAProxy.
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Amphora.Agent.Haproxy;
using Amphora.Agent.Haproxy.Runtime;
using Amphora.Agent.Journal;
using Xunit;

namespace Amphora.Agent.Tests.Haproxy.Tls;

/// <summary>The texts, and a client that looks at the certificate it gets.</summary>
internal sealed class TlsHost : IAsyncDisposable
{
    private readonly int _port = HaproxyHost.FreePort();

    public TlsHost(AgentJournal? journal = null)
    {
        Live = new HaproxyLive(journal: journal);
        Authority = new TestAuthority(Live.Host.Paths.Certificates, "authority.example");
    }

    public HaproxyLive Live { get; }

    public TestAuthority Authority { get; }

    public HaproxyPaths Paths => Live.Host.Paths;

    /// <summary>Files of the listener's crt-list.</summary>
    public List<string> Certificates { get; } = [];

    /// <summary>Of the listener; null: it asks clients for no certificate.</summary>
    public string? ClientAuthority { get; set; }

    /// <summary>Of the listener.</summary>
    public string? Revocations { get; set; }

    /// <summary>Of the pool; null: it has no certificate for members.</summary>
    public string? PoolCertificate { get; set; }

    /// <summary>Of the pool.</summary>
    public string? PoolAuthority { get; set; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public HaproxyWanted Wanted() =>
        Live.Host.Wanted(Text(), new CrtListFile(HaproxyHost.ListenerId, string.Concat(Certificates.Select(path => path + "\n"))));

    /// <summary>Applies it, and proves that what runs is what a fresh process would be.</summary>
    /// <returns>What happened to the process.</returns>
    public async Task<HaproxyStep> ApplyAsync()
    {
        var wanted = Wanted();
        var plan = await Live.PlanAsync(wanted);
        var worker = plan.Step == HaproxyStep.Change ? await Live.WorkerAsync() : 0;
        var step = await Live.ApplyAsync(wanted);
        Assert.True(step != HaproxyStep.Change || worker == await Live.WorkerAsync(), "the change was not proven, and HAProxy reloaded");
        Assert.Equal(await FreshHaproxy.ReadCertificatesAsync(Live, Cancel), await FreshHaproxy.ReadCertificatesAsync(Paths, Cancel));
        return step;
    }

    /// <summary>The host name of the certificate that a client gets.</summary>
    /// <param name="host">The name it asks for.</param>
    public async Task<string> ServedAsync(string host)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _port, Cancel);
        var subject = "";
        await using var tls = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, (_, certificate, _, _) =>
        {
            subject = $"{certificate!.Subject} {certificate.GetSerialNumberString()}";
            return false;
        });
        await Assert.ThrowsAsync<AuthenticationException>(() => tls.AuthenticateAsClientAsync(host));
        return subject;
    }

    public async Task TellAsync(string command)
    {
        var opened = await HaproxyConversation.OpenAsync(Paths.AdminSocket, TimeSpan.FromSeconds(10), Cancel);
        using var conversation = opened.Value;
        Assert.True((await conversation.AskAsync(command, Cancel)).Ok);
    }

    public async ValueTask DisposeAsync()
    {
        await Live.DisposeAsync();
        Authority.Dispose();
    }

    private string Text()
    {
        var member = PoolAuthority is null ? "verify none" : $"ca-file {PoolAuthority} verify required";
        member = PoolCertificate is null ? member : $"crt {PoolCertificate} {member}";
        var client = ClientAuthority is null ? "" : $" ca-file {ClientAuthority} verify optional" + (Revocations is null ? "" : $" crl-file {Revocations}");
        return Live.Host.HttpConfig(_port, $"m1 127.0.0.1:1 weight 1 ssl {member}")
            .Replace($"bind 127.0.0.1:{_port}", $"bind 127.0.0.1:{_port} ssl crt-list {Paths.CrtList(HaproxyHost.ListenerId)}{client}", StringComparison.Ordinal);
    }
}

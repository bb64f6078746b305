// A base directory of its own for HAProxy under test, with a real certificate and free ports.
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Amphora.Agent.Haproxy;

namespace Amphora.Agent.Tests.Haproxy;

/// <summary>Directory, options and texts; deleted at the end.</summary>
internal sealed class HaproxyHost : IDisposable
{
    public const string LoadBalancerId = "22222222-2222-4333-8444-000000000001";
    public const string ListenerId = "22222222-2222-4333-8444-000000000002";
    public const string PoolId = "22222222-2222-4333-8444-000000000003";
    public const string LocalPeer = "testpeer";

    // The path of a unix socket has room for 107 characters.
    private readonly string _root = Directory.CreateTempSubdirectory("hap-").FullName;

    public HaproxyHost()
    {
        // HAProxy's worker is nobody; it reads nothing after its start, but its socket stands here.
        File.SetUnixFileMode(_root, (UnixFileMode)0b111_101_101);
        Options = new HaproxyOptions
        {
            BasePath = _root,
            BaseCertDir = Path.Combine(_root, "certs"),
            UserGroupFile = Path.Combine(_root, "haproxy-default-user-group.conf"),
            NetworkNamespace = null,
        };
    }

    public HaproxyOptions Options { get; }

    public HaproxyPaths Paths => Options.Paths(LoadBalancerId);

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>An HTTP listener in front of one pool; each member is the rest of a <c>server</c> line.</summary>
    public string HttpConfig(int port, params string[] members) => $"""
        {Head(port)}
        backend {PoolId}:{ListenerId}
            mode http
            balance roundrobin
            load-server-state-from-file global
            timeout check 1s
            timeout connect 1000
            timeout server 5000
            {string.Join("\n    ", members.Select(member => "server " + member))}

        """;

    /// <summary>A TLS listener that answers by itself.</summary>
    public string TlsConfig(int port) => $"""
        {Head(port, $"ssl crt-list {Paths.CrtList(ListenerId)}")}
            http-request return status 200 content-type text/plain string ok

        """;

    public HaproxyWanted Wanted(string? config, params CrtListFile[] crtLists) => new()
    {
        LoadBalancerId = LoadBalancerId,
        Config = config,
        LocalPeer = LocalPeer,
        CrtLists = [.. crtLists],
    };

    /// <summary>A crt-list with one new certificate for the name.</summary>
    public CrtListFile NewCertificate(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        Directory.CreateDirectory(Paths.Certificates);
        var path = Path.Combine(Paths.Certificates, certificate.GetCertHashString(HashAlgorithmName.SHA1).ToLowerInvariant() + ".pem");
        File.WriteAllText(path, $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n");
        return new CrtListFile(ListenerId, path + "\n");
    }

    /// <summary>Every file and directory under the base directory, with content.</summary>
    public IReadOnlyList<string> Everything() =>
    [
        .. Directory.EnumerateFileSystemEntries(_root, "*", SearchOption.AllDirectories)
            .Select(path => File.Exists(path) && !path.EndsWith(".sock", StringComparison.Ordinal) ? $"{path}: {File.ReadAllText(path)}" : path)
            .Order(StringComparer.Ordinal),
    ];

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private string Head(int port, string bindWords = "") => $"""
        global
            user nobody
            daemon
            maxconn 100
            stats socket {Paths.Socket} mode 0666 level user
            server-state-file {Paths.ServersState}
        defaults
            retries 3
            option redispatch
        frontend {ListenerId}
            bind 127.0.0.1:{port} {bindWords}
            mode http
            timeout client 5000
            {(bindWords.Length == 0 ? $"default_backend {PoolId}:{ListenerId}" : "")}
        """;
}

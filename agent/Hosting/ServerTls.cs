// Mutual TLS of the API: the server certificate file is looked at on every handshake and re-read when it changed.
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Amphora.Agent.Hosting;

/// <summary>Options for the next handshake. A file that cannot be used after a change leaves the earlier one in force, with a warning.</summary>
internal sealed partial class ServerTls
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private readonly string _certificateFile;
    private readonly string _caFile;
    private readonly SslProtocols _protocols;
    private readonly ILogger<ServerTls> _logger;
    private readonly Lock _reading = new();
    private volatile State _state;

    /// <summary>Reads both files.</summary>
    /// <exception cref="TlsFileException">A file is missing or holds no usable certificate, key or CA.</exception>
    public ServerTls(AgentOptions options, ILogger<ServerTls> logger)
    {
        _certificateFile = options.AgentServerCert;
        _caFile = options.AgentServerCa;
        _protocols = options.AgentTlsProtocol;
        _logger = logger;
        _state = Load();
    }

    /// <summary>What the next connection uses.</summary>
    public SslServerAuthenticationOptions Current
    {
        get
        {
            var state = _state;
            var stamp = Stamp();
            if (stamp == state.Stamp)
            {
                return state.Options;
            }

            Reload();
            return _state.Options;
        }
    }

    /// <summary>Reads both files again. Who replaces a file calls it afterwards: two contents of one length may be written within one
    /// tick of the file system's clock, and then no stamp tells them apart.</summary>
    public void Reload()
    {
        // One reader at a time: whoever reads after a replacement reads what replaced.
        lock (_reading)
        {
            var stamp = Stamp();
            try
            {
                _state = Load();
                Log.Reloaded(_logger, _certificateFile, _state.Thumbprint);
            }
            catch (TlsFileException e)
            {
                // Remember the stamp, so that one broken file is one warning and not one a connection.
                _state = _state with { Stamp = stamp };
                Log.Kept(_logger, e.Message);
            }
        }
    }

    /// <summary>Says no to content that could not be served with.</summary>
    /// <param name="pem">Certificate, further certificates of its chain, key; in any order of certificate and key.</param>
    /// <exception cref="TlsFileException">There is no certificate or no key, or they do not belong together.</exception>
    public static void Check(string pem)
    {
        try
        {
            Leaf(pem).Leaf.Dispose();
        }
        catch (Exception e) when (e is CryptographicException or TlsFileException)
        {
            throw new TlsFileException($"the certificate cannot be used: {e.Message}", e);
        }
    }

    private FileStamps Stamp() => new(FileStamp.Of(_certificateFile), FileStamp.Of(_caFile));

    private State Load()
    {
        var stamp = Stamp();
        var (leaf, chain) = LoadServerCertificate();
        var authorities = LoadAuthorities();
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(authorities);
        policy.ApplicationPolicy.Add(new Oid(ClientAuthentication));
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(
                leaf, chain, offline: true, trust: SslCertificateTrust.CreateForX509Collection(authorities, sendTrustInHandshake: true)),
            ClientCertificateRequired = true,
            EnabledSslProtocols = _protocols,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            CertificateChainPolicy = policy,
            RemoteCertificateValidationCallback = static (_, certificate, _, errors) => certificate is not null && errors == SslPolicyErrors.None,
            ApplicationProtocols = [SslApplicationProtocol.Http11],
        };
        return new State(options, stamp, leaf.Thumbprint);
    }

    private (X509Certificate2 Leaf, X509Certificate2Collection Chain) LoadServerCertificate()
    {
        try
        {
            return Leaf(File.ReadAllText(_certificateFile));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or TlsFileException)
        {
            throw new TlsFileException($"cannot use the server certificate {_certificateFile}: {e.Message}", e);
        }
    }

    private static (X509Certificate2 Leaf, X509Certificate2Collection Chain) Leaf(string pem)
    {
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(pem);
        if (chain.Count == 0)
        {
            throw new TlsFileException("no CERTIFICATE block in it");
        }

        var leaf = X509Certificate2.CreateFromPem(pem, pem);
        chain.RemoveAt(0);
        return (leaf, chain);
    }

    private X509Certificate2Collection LoadAuthorities()
    {
        try
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(_caFile);
            return authorities.Count > 0
                ? authorities
                : throw new TlsFileException($"cannot use the client CA {_caFile}: no CERTIFICATE block in it");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new TlsFileException($"cannot use the client CA {_caFile}: {e.Message}", e);
        }
    }

    private sealed record State(SslServerAuthenticationOptions Options, FileStamps Stamp, string Thumbprint);

    private readonly record struct FileStamps(FileStamp Certificate, FileStamp Authorities);

    private static partial class Log
    {
        [LoggerMessage(200, LogLevel.Information, "server certificate {File} re-read, thumbprint {Thumbprint}")]
        public static partial void Reloaded(ILogger logger, string file, string thumbprint);

        [LoggerMessage(201, LogLevel.Warning, "the earlier server certificate stays in force: {Reason}")]
        public static partial void Kept(ILogger logger, string reason);
    }
}

/// <summary>A TLS file that cannot be used.</summary>
internal sealed class TlsFileException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Tells whether a file changed, with one stat call.</summary>
/// <param name="Written">Time of the last change; the year 1601 when the file is not there.</param>
/// <param name="Length">Bytes; −1 when the file is not there.</param>
internal readonly record struct FileStamp(DateTime Written, long Length)
{
    /// <summary>The stamp of a file now.</summary>
    public static FileStamp Of(string path)
    {
        var info = new FileInfo(path);
        return info.Exists ? new FileStamp(info.LastWriteTimeUtc, info.Length) : new FileStamp(DateTime.FromFileTimeUtc(0), -1);
    }
}

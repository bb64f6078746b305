// What every view is made from: the document, the host's facts, look-ups, and the faults found on the way.
using System.Buffers;
using System.Net;
using Amphora.Contract;
using Amphora.Contract.DesiredState;

namespace Amphora.Templates.Rendering;

/// <summary>A document on its way into views. The reader has validated it; what is checked here again is what a view composes into
/// one word with other text, so that rendering is safe by construction (config-rendering §13).</summary>
internal sealed class ViewContext
{
    private static readonly SearchValues<char> PathCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./-");

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    private readonly Dictionary<Guid, PoolAt> _pools = [];
    private readonly Dictionary<(TlsFileKind Kind, string Ref), string> _tlsFiles = [];

    public ViewContext(DesiredStateDocument document, HostFacts host, HaproxyVersion version)
    {
        (Document, Host, Version) = (document, host, version);
        LoadBalancerId = LoadBalancer.Id.ToString("D");
        CertificateDirectory = $"{Settings.BaseCertDir}/{LoadBalancerId}";
        var vips = LoadBalancer.Vips;
        Vips = vips;
        for (var i = 0; i < LoadBalancer.Pools.Count; i++)
        {
            _pools.TryAdd(LoadBalancer.Pools[i].Id, new PoolAt(LoadBalancer.Pools[i], $"/loadbalancer/pools/{i}"));
        }

        CheckPath(Settings.BasePath, "/settings/base_path");
        CheckPath(Settings.BaseCertDir, "/settings/base_cert_dir");
        IndexTlsFiles();
    }

    public DesiredStateDocument Document { get; }

    public HostFacts Host { get; }

    public HaproxyVersion Version { get; }

    public LoadBalancer LoadBalancer => Document.LoadBalancer;

    public Settings Settings => Document.Settings;

    public string LoadBalancerId { get; }

    /// <summary>Where certificates, CAs, CRLs and crt-lists of the load balancer are.</summary>
    public string CertificateDirectory { get; }

    /// <summary>The primary VIP, then the additional ones in document order.</summary>
    public IReadOnlyList<IPAddress> Vips { get; }

    public bool IsActiveStandby => Document.Topology == Topology.ActiveStandby;

    public List<Fault> Faults { get; } = [];

    /// <summary>Name of the peers section (P1); null when there is none.</summary>
    public string? PeersSection => IsActiveStandby ? $"{LoadBalancer.Id:N}_peers" : null;

    /// <summary>The pool if it exists and is shown.</summary>
    public PoolAt? ShownPool(Guid? id) => id is { } key && _pools.TryGetValue(key, out var found) && found.Pool.IsShown() ? found : null;

    /// <summary>Absolute path of the uploaded file that stands for a reference (T2, T3).</summary>
    public string TlsPath(TlsFileKind kind, string reference, string pointer)
    {
        if (_tlsFiles.TryGetValue((kind, reference), out var file))
        {
            return $"{CertificateDirectory}/{file}";
        }

        Faults.Add(new Fault(pointer, "V5", $"the reference has no tls_files entry of kind {kind.ToString().ToLowerInvariant()}"));
        return CertificateDirectory;
    }

    private void IndexTlsFiles()
    {
        for (var i = 0; i < Document.TlsFiles.Count; i++)
        {
            var entry = Document.TlsFiles[i];
            if (!IsFileName(entry.File))
            {
                // The name becomes part of a path (I10).
                Faults.Add(new Fault($"/tls_files/{i}/file", "encoding", "the name is not 40 hexadecimal digits and .pem"));
            }

            _tlsFiles.TryAdd((entry.Kind, entry.Ref), entry.File);
        }
    }

    private static bool IsFileName(string name) =>
        name.Length == 44 && name.EndsWith(".pem", StringComparison.Ordinal) && name.AsSpan(0, 40).IndexOfAnyExcept(HexDigits) < 0;

    private void CheckPath(string path, string pointer)
    {
        if (path.Length == 0 || path[0] != '/' || path.AsSpan().ContainsAnyExcept(PathCharacters))
        {
            Faults.Add(new Fault(pointer, "encoding", "the path is not absolute or holds characters other than letters, digits and _ . / -"));
        }
    }
}

/// <summary>A pool and where in the document it stands.</summary>
internal sealed record PoolAt(Pool Pool, string Pointer);

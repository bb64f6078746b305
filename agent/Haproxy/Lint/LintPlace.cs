// The load balancer a text is checked for: which paths and names may stand in it.
namespace Amphora.Agent.Haproxy.Lint;

/// <summary>What in a configuration is of this load balancer and of no other.</summary>
internal sealed record LintPlace
{
    /// <summary>Says where its files are.</summary>
    /// <param name="basePath">Option <c>base_path</c>.</param>
    /// <param name="baseCertDir">Option <c>base_cert_dir</c>.</param>
    /// <param name="loadBalancerId">The load balancer.</param>
    public LintPlace(string basePath, string baseCertDir, string loadBalancerId)
    {
        StatsSocket = Path.Combine(basePath, loadBalancerId + ".sock");
        ServerStateFile = Path.Combine(basePath, loadBalancerId, "servers-state");
        CertificateDirectory = Path.Combine(baseCertDir, loadBalancerId) + "/";
        PingWrapper = Path.Combine(basePath, "ping-wrapper.sh");
        Peers = loadBalancerId.Replace("-", "", StringComparison.Ordinal) + "_peers";
    }

    /// <summary>G5.</summary>
    public string StatsSocket { get; }

    /// <summary>G6.</summary>
    public string ServerStateFile { get; }

    /// <summary>Certificates and crt-lists; ends with a slash.</summary>
    public string CertificateDirectory { get; }

    /// <summary>B14; the one program a configuration may have run.</summary>
    public string PingWrapper { get; }

    /// <summary>Name of the peers section (P1).</summary>
    public string Peers { get; }
}

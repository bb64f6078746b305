// What HAProxy has to run for one load balancer, as text.
using Amphora.Contract;

namespace Amphora.Agent.Haproxy;

/// <summary>The wanted HAProxy side of a load balancer; both APIs end here.</summary>
internal sealed record HaproxyWanted
{
    /// <summary>The load balancer: directory, socket and unit are named after it. <c>[A-Za-z0-9_-]+</c>.</summary>
    public required string LoadBalancerId { get; init; }

    /// <summary>haproxy.cfg; null when nothing has to run (config-rendering §1).</summary>
    public string? Config { get; init; }

    /// <summary>Own peer name, argument of <c>-L</c> (P4).</summary>
    public required string LocalPeer { get; init; }

    /// <summary>crt-list files (T1).</summary>
    public ValueList<CrtListFile> CrtLists { get; init; }
}

/// <summary>A crt-list in the certificate directory of the load balancer.</summary>
/// <param name="ListenerId">Its file is <c>&lt;listener id&gt;.pem</c>.</param>
/// <param name="Text">One absolute path a line.</param>
internal sealed record CrtListFile(string ListenerId, string Text);

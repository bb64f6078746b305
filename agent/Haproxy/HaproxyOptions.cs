// Where HAProxy is, where its files are, and how long each step may take.
using Amphora.Agent.Haproxy.Lint;

namespace Amphora.Agent.Haproxy;

/// <summary>Settings of the slice; the defaults are those of the appliance (appliance-layout §1, §2).</summary>
internal sealed record HaproxyOptions
{
    /// <summary>The program, option <c>haproxy_cmd</c>.</summary>
    public string HaproxyCommand { get; init; } = "/usr/sbin/haproxy";

    /// <summary>Option <c>base_path</c>: a directory and a socket per load balancer.</summary>
    public string BasePath { get; init; } = "/var/lib/octavia";

    /// <summary>Option <c>base_cert_dir</c>: certificates and crt-lists.</summary>
    public string BaseCertDir { get; init; } = "/var/lib/octavia/certs";

    /// <summary>Second configuration file, which holds the distribution's group (G1).</summary>
    public string UserGroupFile { get; init; } = "/var/lib/octavia/haproxy-default-user-group.conf";

    /// <summary>Network namespace HAProxy serves in; null: the agent's own.</summary>
    public string? NetworkNamespace { get; init; } = "amphora-haproxy";

    /// <summary>Unit that runs <c>haproxy -c</c>, where the agent's sandbox is too narrow for it; null: a child process does.</summary>
    public string? CheckUnit { get; init; }

    /// <summary>Files between the agent and that unit; the agent's RuntimeDirectory=.</summary>
    public string RunDirectory { get; init; } = "/run/amphora";

    /// <summary>Servers each backend has in reserve for members that join while HAProxy runs, option <c>server_slots</c>.</summary>
    public int ServerSlots { get; init; } = 8;

    /// <summary>Memory of the amphora, which old workers share with the one that serves.</summary>
    public int MemoryMiB { get; init; } = (int)(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1024 * 1024));

    /// <summary>Processors HAProxy may use, a limit of its control group included; it has room for 64 threads (manual 3.1, <c>nbthread</c>).</summary>
    public int Threads { get; init; } = Math.Clamp(Environment.ProcessorCount, 1, 64);

    /// <summary>Option <c>lint</c>: what becomes of an uploaded text that no load balancer of Octavia's can have.</summary>
    public LintMode Lint { get; init; } = LintMode.Refuse;

    /// <summary>Limits of everything that waits.</summary>
    public HaproxyTimeouts Timeouts { get; init; } = new();

    /// <summary>The paths of one load balancer.</summary>
    public HaproxyPaths Paths(string loadBalancerId) => new(this, loadBalancerId);
}

/// <summary>How long each wait may take.</summary>
internal sealed record HaproxyTimeouts
{
    /// <summary><c>haproxy -c</c>; thousands of certificates take their time.</summary>
    public TimeSpan Check { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>One question to the stats socket, from connect to the end of the answer.</summary>
    public TimeSpan Socket { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Until the new process answers on the stats socket, counted from the service manager's "done".</summary>
    public TimeSpan Answering { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Pause between two questions while waiting for a process.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromMilliseconds(10);
}

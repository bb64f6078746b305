// What the amphorae of this host are told.
namespace Amphora.Controller.Drivers.Compute.Netns;

/// <summary>Options of the driver.</summary>
internal sealed record NetnsComputeOptions
{
    /// <summary>The agent: program and first arguments. None: <c>amphora-agent</c> beside the controller, else of PATH.</summary>
    public IReadOnlyList<string> AgentCommand { get; init; } = [];

    /// <summary>The hosts that amphorae are kept apart on: labels, all of them this machine.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = ["host-1", "host-2", "host-3", "host-4"];

    /// <summary>What an amphora's HAProxy may take for its TLS session cache is sized by this much memory, in MiB.</summary>
    public int MemoryLimit { get; init; } = 64;

    /// <summary>How long things may take.</summary>
    public NetnsComputeTimeouts Timeouts { get; init; } = new();
}

/// <summary>Limits.</summary>
internal sealed record NetnsComputeTimeouts
{
    /// <summary>The agent's <c>config-drive</c>.</summary>
    public TimeSpan Install { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Another controller that works on the same amphora.</summary>
    public TimeSpan Lock { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>One attempt to reach an agent's port.</summary>
    public TimeSpan Probe { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Everything in an amphora ending after SIGKILL.</summary>
    public TimeSpan End { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>From one look to the next.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromMilliseconds(5);
}

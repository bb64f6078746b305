// Where the network slice finds and keeps things, and how long it waits.
using Amphora.Agent.Actions;
using Amphora.Contract;
using Amphora.Contract.DesiredState;

namespace Amphora.Agent.Network;

/// <summary>Options of the slice; paths as in appliance-layout §1.</summary>
internal sealed record NetworkOptions
{
    /// <summary>The namespace HAProxy and keepalived run in.</summary>
    public string Namespace { get; init; } = "amphora-haproxy";

    /// <summary>The namespace ports are plugged into by the hypervisor; null: the agent's own.</summary>
    public string? RootNamespace { get; init; }

    /// <summary>True for a program that is run inside the namespace already: no namespace is entered by name.</summary>
    public bool RunsInside { get; init; }

    /// <summary>The namespace to enter; null: the caller's own is meant.</summary>
    public string? Entered => RunsInside ? null : Namespace;

    /// <summary>Interface files, one per interface; <c>[amphora_agent] agent_server_network_dir</c>.</summary>
    public string InterfaceDirectory { get; init; } = "/etc/octavia/interfaces";

    /// <summary>One <c>MAC ifname</c> a line.</summary>
    public string PluggedInterfacesFile { get; init; } = "/var/lib/octavia/plugged_interfaces";

    /// <summary>Port documents of API 2.0, one per MAC address.</summary>
    public string PortDirectory { get; init; } = "/var/lib/octavia/ports";

    /// <summary>The packet filter of an SR-IOV VIP port.</summary>
    public string FirewallFile { get; init; } = "/var/lib/octavia/nftables-vip.rules";

    /// <summary>dhclient's leases, configuration and script.</summary>
    public string DhcpDirectory { get; init; } = "/var/lib/dhclient";

    /// <summary>dhclient's pid files; gone after a reboot.</summary>
    public string RunDirectory { get; init; } = "/run";

    /// <summary>This program; dhclient's script calls its <c>dhclient-script</c>.</summary>
    public ValueList<string> AgentCommand { get; init; } = OwnProgram.Command;

    /// <summary>Written to when a MAC address is not there yet, so that the kernel looks for hot-plugged cards; null: nothing is.</summary>
    public string? PciRescanFile { get; init; } = "/sys/bus/pci/rescan";

    /// <summary><c>[controller_worker] loadbalancer_topology</c>, which may change while the agent runs; for ports that do not say.</summary>
    public Func<Topology> Topology { get; init; } = () => Contract.DesiredState.Topology.Single;

    /// <summary>Limits.</summary>
    public NetworkTimeouts Timeouts { get; init; } = new();
}

/// <summary>How long each thing may take.</summary>
internal sealed record NetworkTimeouts
{
    /// <summary>Until a port that is being plugged has appeared.</summary>
    public TimeSpan LinkAppears { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>At the start of the agent, for all stored ports together.</summary>
    public TimeSpan RestoreLinks { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Until duplicate address detection has ended.</summary>
    public TimeSpan DuplicateDetection { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Until a DHCP server has given an address to a port that is plugged; dhclient counts whole seconds.</summary>
    public TimeSpan Dhcp { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>One run of nft; of dhclient, what comes on top of <see cref="Dhcp"/>.</summary>
    public TimeSpan Tool { get; init; } = TimeSpan.FromSeconds(30);
}

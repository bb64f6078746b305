// The namespace itself: there, lo up, forwarding on (what amphora-netns.service does, appliance-layout §4).
using Amphora.Agent.Actions;
using Amphora.Contract;
using Amphora.Linux.Namespaces;
using Amphora.Linux.Native;
using Amphora.Linux.Netlink;
using Microsoft.Extensions.Logging;

namespace Amphora.Agent.Network;

/// <summary>Makes the namespace ready for ports, HAProxy and keepalived.</summary>
internal sealed partial class NamespaceSetup(NetworkOptions options, ILogger<NamespaceSetup> logger)
{
    // The ones of ip_vs exist once its module is loaded; a kernel without IPv6 has none of the others.
    private static readonly (string Key, string Value)[] s_settings =
    [
        ("net/ipv4/ip_forward", "1"),
        ("net/ipv6/conf/all/forwarding", "1"),
        // A BACKUP's HAProxy binds the VIP before it has it.
        ("net/ipv4/ip_nonlocal_bind", "1"),
        ("net/ipv6/ip_nonlocal_bind", "1"),
        // Deleting the first address of a subnet leaves the others.
        ("net/ipv4/conf/all/promote_secondaries", "1"),
        ("net/ipv4/vs/conntrack", "1"),
        ("net/ipv4/vs/expire_nodest_conn", "1"),
        ("net/ipv4/vs/expire_quiescent_template", "1"),
    ];

    /// <summary>Brings the namespace to that state; unchanged writes nothing. Settings the kernel does not have are noted, those it refuses
    /// are a warning: without ip_nonlocal_bind a BACKUP's HAProxy cannot start.</summary>
    public Failure? Ensure()
    {
        try
        {
            NetworkNamespace.Ensure(options.Namespace);
            using var netlink = RouteNetlink.Open(options.Namespace);
            if (netlink.FindLink("lo") is { IsUp: false } loopback)
            {
                netlink.SetUp(loopback, up: true);
            }
        }
        catch (Exception exception) when (OperatingSystemFailure.Is(exception))
        {
            return NetworkFailure.From(exception, $"make network namespace {options.Namespace}");
        }

        Sysctl.WriteAll(options.Namespace, s_settings, Note);
        return null;
    }

    private void Note(string setting, string value, string? refusal)
    {
        if (refusal is null)
        {
            Log.SettingAbsent(logger, setting, value);
        }
        else
        {
            Log.SettingRefused(logger, setting, value, refusal);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 400, Level = LogLevel.Warning, Message = "kernel setting {Setting} cannot be {Value}: {Reason}")]
        public static partial void SettingRefused(ILogger logger, string setting, string value, string reason);

        [LoggerMessage(EventId = 401, Level = LogLevel.Debug, Message = "kernel setting {Setting} cannot be {Value}: the kernel does not have it now")]
        public static partial void SettingAbsent(ILogger logger, string setting, string value);
    }
}

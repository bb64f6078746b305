// Prints load balancers.
using System.Text.Json.Nodes;
using Amphora.Contract;
using Amphora.Controller.LoadBalancers.LoadBalancer;
using Amphora.Controller.Store;

namespace Amphora.Controller.Cli.LoadBalancers;

/// <summary>A load balancer with all that is known of it.</summary>
/// <param name="LoadBalancer">Its row.</param>
/// <param name="Objects">What hangs below it.</param>
/// <param name="Amphorae">What serves it.</param>
internal sealed record LoadBalancerView(LoadBalancerRow LoadBalancer, IReadOnlyList<ObjectRow> Objects, IReadOnlyList<AmphoraRow> Amphorae);

/// <summary>Tables for people, an object a line for programs.</summary>
internal static class LoadBalancerPrinter
{
    /// <summary>Many, a row each.</summary>
    public static void Print(Terminal terminal, OutputFormat format, IReadOnlyList<LoadBalancerRow> rows)
    {
        if (format == OutputFormat.Json)
        {
            foreach (var row in rows)
            {
                terminal.Out.WriteLine(Write(new LoadBalancerView(row, [], [])).ToJsonString());
            }

            return;
        }

        var table = new Table("ID", "NAME", "PROJECT", "VIP", "TOPOLOGY", "PROVISIONING", "OPERATING");
        foreach (var row in rows)
        {
            table.Add(row.Id.ToString(), row.Name, row.ProjectId, Table.OrDash(row.VipAddress), row.Topology.ToWire(), row.ProvisioningStatus.ToWire(), row.OperatingStatus.ToWire());
        }

        table.WriteTo(terminal.Out);
    }

    /// <summary>One, with its amphorae and children.</summary>
    public static void Print(Terminal terminal, OutputFormat format, LoadBalancerView view)
    {
        if (format == OutputFormat.Json)
        {
            terminal.Out.WriteLine(Write(view).ToJsonString());
            return;
        }

        Print(terminal, format, [view.LoadBalancer]);
        var table = new Table("", "KIND", "ID", "STATUS", "DETAILS");
        foreach (var amphora in view.Amphorae)
        {
            table.Add("", "amphora", amphora.Id.ToString(), amphora.Status.ToWire(), $"{amphora.Role?.ToWire()} {amphora.LbNetworkIp} {amphora.VrrpIp} {amphora.CachedZone}");
        }

        foreach (var child in view.Objects)
        {
            table.Add("", child.Kind.ToWire(), child.Id.ToString(), child.ProvisioningStatus.ToWire(), child.UniqueKey ?? "");
        }

        table.WriteTo(terminal.Out);
    }

    /// <summary>The object that programs are shown.</summary>
    public static JsonObject Write(LoadBalancerView view)
    {
        var json = LoadBalancerTree.Join(view.LoadBalancer, view.Objects);
        json["description"] = view.LoadBalancer.Description;
        json["provisioning_status"] = view.LoadBalancer.ProvisioningStatus.ToWire();
        json["operating_status"] = view.LoadBalancer.OperatingStatus.ToWire();
        json["topology"] = view.LoadBalancer.Topology.ToWire();
        json["amphorae"] = new JsonArray([.. view.Amphorae.Select(static amphora => new JsonObject
        {
            ["id"] = amphora.Id,
            ["status"] = amphora.Status.ToWire(),
            ["role"] = amphora.Role?.ToWire(),
            ["lb_network_ip"] = amphora.LbNetworkIp?.ToString(),
            ["vrrp_ip"] = amphora.VrrpIp?.ToString(),
            ["compute_id"] = amphora.ComputeId,
        })]);
        return json;
    }
}

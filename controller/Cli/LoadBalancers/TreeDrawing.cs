// A load balancer drawn as a tree, with statuses and addresses.
using System.Text.Json.Nodes;
using Amphora.Contract;
using Amphora.Controller.LoadBalancers.LoadBalancer;
using Amphora.Controller.LoadBalancers.Objects;
using Amphora.Controller.Store;

namespace Amphora.Controller.Cli.LoadBalancers;

/// <summary>Something drawn with what hangs below it.</summary>
/// <param name="Text">One line.</param>
/// <param name="Below">What hangs below.</param>
internal sealed record Drawn(string Text, IReadOnlyList<Drawn> Below)
{
    /// <summary>The lines.</summary>
    public IEnumerable<string> Lines() => Lines("", "");

    private IEnumerable<string> Lines(string first, string rest) =>
        Below.SelectMany((child, at) => at == Below.Count - 1 ? child.Lines($"{rest}└─ ", $"{rest}   ") : child.Lines($"{rest}├─ ", $"{rest}│  ")).Prepend(first + Text);
}

/// <summary>Pure: from rows to a drawing. A pool that several listeners use is drawn in full where it comes first.</summary>
internal sealed class TreeDrawing
{
    private readonly LoadBalancerView _view;
    private readonly ObjectTree _tree;
    private readonly Dictionary<Guid, ObjectRow> _rows;
    private readonly Dictionary<Guid, JsonObject> _pools;
    private readonly HashSet<Guid> _drawn = [];

    private TreeDrawing(LoadBalancerView view)
    {
        (_view, _tree) = (view, new ObjectTree(LoadBalancerTree.Join(view.LoadBalancer, view.Objects)));
        _rows = view.Objects.ToDictionary(static row => row.Id);
        _pools = _tree.Pools.ToDictionary(static pool => (Guid)pool["id"]!);
    }

    /// <summary>The lines.</summary>
    public static IEnumerable<string> Lines(LoadBalancerView view)
    {
        var row = view.LoadBalancer;
        var (drawing, off) = (new TreeDrawing(view), row.AdminStateUp ? "" : " disabled");
        string[] vips = [Table.OrDash(row.VipAddress), .. row.AdditionalVips.Select(static vip => vip.IpAddress.ToString())];
        return new Drawn(
            $"loadbalancer {(row.Name.Length > 0 ? row.Name : row.Id)}  {string.Join(' ', vips)}  {row.Topology.ToWire()}{off}  [{row.ProvisioningStatus.ToWire()} {row.OperatingStatus.ToWire()}]",
            [.. drawing._tree.Listeners.Select(drawing.Listener).ToList(), .. drawing.Unused(), .. view.Amphorae.Select(Amphora)]).Lines();
    }

    private Drawn Listener(JsonObject listener)
    {
        var from = listener["allowed_cidrs"] is JsonArray { Count: > 0 } cidrs ? $" from {string.Join(' ', cidrs.Select(static cidr => (string)cidr!))}" : "";
        var below = ObjectTree.List(listener, "l7policies").Select(Policy).ToList();
        if ((Guid?)listener["default_pool_id"] is { } pool)
        {
            below.Add(Pool(pool));
        }

        return new Drawn(Text("listener", listener, $"{listener["protocol"]}:{listener["protocol_port"]}{from}"), below);
    }

    private Drawn Policy(JsonObject policy)
    {
        var to = (string?)policy["redirect_url"] ?? (string?)policy["redirect_prefix"];
        var below = ObjectTree.List(policy, "rules").Select(rule => new Drawn(
            Text("l7rule", rule, $"{rule["type"]} {(rule["key"] is { } key ? $"{key} " : "")}{((bool?)rule["invert"] == true ? "not " : "")}{rule["compare_type"]} {rule["value"]}"), [])).ToList();
        if ((Guid?)policy["redirect_pool_id"] is { } pool)
        {
            below.Add(Pool(pool));
        }

        return new Drawn(Text("l7policy", policy, $"{policy["position"]}: {policy["action"]}{(to is null ? "" : $" {to}")}"), below);
    }

    private Drawn Pool(Guid id)
    {
        var pool = _pools[id];
        if (!_drawn.Add(id))
        {
            return new Drawn(Text("pool", pool, "as above"), []);
        }

        List<Drawn> below = [];
        if (pool["healthmonitor"] is JsonObject monitor)
        {
            below.Add(new Drawn(Text("healthmonitor", monitor, $"{monitor["type"]} every {monitor["delay"]} s"), []));
        }

        below.AddRange(ObjectTree.List(pool, "members").Select(member => new Drawn(Text("member", member, Address(member)), [])));
        return new Drawn(Text("pool", pool, $"{pool["protocol"]} {pool["lb_algorithm"]}"), below);
    }

    private IEnumerable<Drawn> Unused() => _pools.Keys.Where(id => !_drawn.Contains(id)).Select(Pool);

    private static string Address(JsonObject member)
    {
        var (address, port) = (System.Net.IPAddress.Parse((string)member["address"]!), (int)member["protocol_port"]!);
        var weight = (int?)member["weight"] is { } given and not 1 ? $" weight {given}" : "";
        return $"{new System.Net.IPEndPoint(address, port)}{weight}{((bool?)member["backup"] == true ? " backup" : "")}";
    }

    private string Text(string kind, JsonObject node, string details)
    {
        var row = _rows[(Guid)node["id"]!];
        var name = (string?)node["name"] is { Length: > 0 } given ? $" {given}" : "";
        return $"{kind}{name}  {details}{((bool?)node["admin_state_up"] == false ? " disabled" : "")}  [{row.ProvisioningStatus.ToWire()} {row.OperatingStatus.ToWire()}]";
    }

    private static Drawn Amphora(AmphoraRow amphora) =>
        new($"amphora {amphora.Id}  {amphora.Role?.ToWire()}  {Table.OrDash(amphora.LbNetworkIp)}, VIP network {Table.OrDash(amphora.VrrpIp)}  [{amphora.Status.ToWire()}]", []);
}

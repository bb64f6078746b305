// Prints objects: a table or a list of fields for people, an object a line for programs.
using System.Text.Json.Nodes;
using Amphora.Controller.LoadBalancers.Fields;
using Amphora.Controller.Store;

namespace Amphora.Controller.Cli.Objects;

/// <summary>Objects as the API shows them.</summary>
internal static class ObjectPrinter
{
    /// <summary>Many, a row each.</summary>
    public static void PrintMany(Terminal terminal, OutputFormat format, ObjectKind kind, IEnumerable<JsonObject> views)
    {
        string[] columns = ["id", .. Columns(kind), "admin_state_up", "provisioning_status", "operating_status"];
        var table = new Table([.. columns.Select(static column => column.ToUpperInvariant())]);
        foreach (var view in views)
        {
            if (format == OutputFormat.Json)
            {
                terminal.Out.WriteLine(view.ToJsonString());
            }

            table.Add([.. columns.Select(column => Cell(view[column]))]);
        }

        if (format == OutputFormat.Table)
        {
            table.WriteTo(terminal.Out);
        }
    }

    /// <summary>One, a field a row.</summary>
    public static void PrintOne(Terminal terminal, OutputFormat format, JsonObject view)
    {
        if (format == OutputFormat.Json)
        {
            terminal.Out.WriteLine(view.ToJsonString());
            return;
        }

        var table = new Table("FIELD", "VALUE");
        foreach (var (name, value) in view)
        {
            table.Add(name, Cell(value));
        }

        table.WriteTo(terminal.Out);
    }

    private static string Cell(JsonNode? value) => value switch
    {
        null => "-",
        JsonArray ids when ids.FirstOrDefault() is JsonObject => Table.List(ids.Select(static one => (string)one!["id"]!)),
        _ => Table.OrDash(ObjectType.Spell(value)),
    };

    private static string[] Columns(ObjectKind kind) => kind switch
    {
        ObjectKind.Listener => ["name", "protocol", "protocol_port", "default_pool_id"],
        ObjectKind.Pool => ["name", "protocol", "lb_algorithm"],
        ObjectKind.Member => ["name", "address", "protocol_port", "weight"],
        ObjectKind.HealthMonitor => ["name", "type", "delay", "timeout"],
        ObjectKind.L7Policy => ["name", "position", "action"],
        _ => ["type", "compare_type", "key", "value", "invert"],
    };
}

// Pure: a line of HAProxy's exporter under Octavia's names, or nothing when Octavia does not show it.
using System.Text;
using Amphora.Agent.Haproxy.Slots;

namespace Amphora.Agent.Prometheus;

/// <summary>Lines are comments (<c># HELP name text</c>, <c># TYPE name type</c>) or samples (<c>name{labels} value</c>).</summary>
internal static class MetricRewriter
{
    private const string Help = "# HELP ";
    private const string Type = "# TYPE ";

    // The listener everybody sees is reported; the loop between HAProxy and this program is not.
    private const string Internal = "prometheus-exporter";

    /// <summary>The line as Octavia has it; null: left out.</summary>
    /// <param name="line">Of HAProxy's exporter.</param>
    /// <param name="names">Servers that are another member than their name says; those that are nobody's are left out.</param>
    public static string? Rewrite(string line, SlotNames names)
    {
        if (line.Contains(Internal, StringComparison.Ordinal))
        {
            return null;
        }

        var prefix = line.StartsWith(Help, StringComparison.Ordinal) ? Help : line.StartsWith(Type, StringComparison.Ordinal) ? Type : "";
        var end = line.AsSpan(prefix.Length).IndexOfAny(' ', '{');
        if (end < 0 || MetricNames.Find(line.AsSpan(prefix.Length, end)) is not { } metric)
        {
            return null;
        }

        if (!names.IsEmpty && prefix.Length == 0 && metric.Kind == MetricKind.Member && Name(line, names) is var named)
        {
            if (named is null)
            {
                return null;
            }

            line = named;
        }

        var rest = line.AsSpan(prefix.Length + end);
        return prefix == Help && metric.Help is not null ? $"{Help}{metric.Name} {metric.Help}"
            : prefix.Length > 0 || rest[0] != '{' ? $"{prefix}{metric.Name}{rest}"
            : $"{metric.Name}{Labels(rest, metric.Kind)}";
    }

    // The line under the member's name; null: the server is nobody's.
    private static string? Name(string line, SlotNames names)
    {
        var (proxy, server) = (Value(line, "proxy=\""), Value(line, "server=\""));
        return names.MemberOf(line[proxy], line[server]) is { } member ? $"{line.AsSpan(..server.Start.Value)}{member}{line.AsSpan(server.End.Value..)}" : null;
    }

    // Names have no quotes and no escapes: they are ids.
    private static Range Value(string line, string key)
    {
        var start = line.IndexOf(key, StringComparison.Ordinal) + key.Length;
        var length = start < key.Length ? -1 : line.AsSpan(start).IndexOf('"');
        return length < 0 ? ..0 : start..(start + length);
    }

    // {key="value",…} value: keys are renamed, values (which may hold anything, \" included) are copied.
    private static string Labels(ReadOnlySpan<char> text, MetricKind kind)
    {
        var output = new StringBuilder(text.Length);
        var key = 1;
        output.Append('{');
        while (key < text.Length && text[key] != '}')
        {
            var equals = text[key..].IndexOf('=');
            if (equals < 0)
            {
                break;
            }

            var value = key + equals;
            output.Append(Label(text[key..value], kind));
            var end = EndOfValue(text, value + 1);
            output.Append(text[value..end]);
            if (end < text.Length && text[end] == ',')
            {
                output.Append(',');
                end++;
            }

            key = end;
        }

        return output.Append(text[key..]).ToString();
    }

    private static int EndOfValue(ReadOnlySpan<char> text, int quote)
    {
        var at = quote + 1;
        while (at < text.Length && text[at] != '"')
        {
            at += text[at] == '\\' ? 2 : 1;
        }

        return Math.Min(at + 1, text.Length);
    }

    private static ReadOnlySpan<char> Label(ReadOnlySpan<char> label, MetricKind kind) => label switch
    {
        "proxy" when kind == MetricKind.Listener => "listener",
        "proxy" when kind is MetricKind.Pool or MetricKind.Member => "pool",
        "server" when kind == MetricKind.Member => "member",
        _ => label,
    };
}

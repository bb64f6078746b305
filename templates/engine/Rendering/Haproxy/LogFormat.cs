// The log format of a listener: F19, UD16, I11.
using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;
using Amphora.Contract;

namespace Amphora.Templates.Rendering.Haproxy;

/// <summary>Fills in the operator's log format.</summary>
internal static partial class LogFormat
{
    private static readonly SearchValues<char> ProjectCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

    /// <summary>The format of HTTP listeners.</summary>
    public static string Of(ViewContext context)
    {
        var project = context.LoadBalancer.ProjectId;
        if (project.AsSpan().ContainsAnyExcept(ProjectCharacters))
        {
            // A '%' would start a fetch inside the format (I11).
            context.Faults.Add(new Fault("/loadbalancer/project_id", "encoding", "the project id holds characters other than letters, digits, _ and -"));
            project = "-";
        }

        return Placeholder().Replace(
            context.Settings.UserLogFormat, match => match.Groups[1].ValueSpan is "project_id" ? project : context.LoadBalancerId);
    }

    /// <summary>The same for listeners that see no requests: the request line (<c>%r</c>) and the status as sent (<c>%ST</c>) become <c>-</c>,
    /// because HAProxy refuses them outside mode http.</summary>
    public static string WithoutHttp(string format)
    {
        var text = new StringBuilder(format.Length);
        for (var rest = format.AsSpan(); !rest.IsEmpty;)
        {
            var variable = Variable().EnumerateMatches(rest);
            if (!variable.MoveNext())
            {
                text.Append(rest);
                break;
            }

            var match = variable.Current;
            var found = rest.Slice(match.Index, match.Length);
            text.Append(rest[..match.Index]).Append(IsHttpOnly(found) ? "-" : found);
            rest = rest[(match.Index + match.Length)..];
        }

        return text.ToString();
    }

    private static bool IsHttpOnly(ReadOnlySpan<char> variable)
    {
        var name = variable[(variable.LastIndexOfAny('%', '}') + 1)..];
        return name is "r" or "ST";
    }

    [GeneratedRegex(@"\{\{ *(project_id|lb_id) *\}\}", RegexOptions.CultureInvariant)]
    private static partial Regex Placeholder();

    // '%%' is a per cent sign; a variable is '%', flags in braces, a name of letters and digits.
    [GeneratedRegex(@"%%|%(?:\{[^}]*\})?[A-Za-z][A-Za-z0-9]*", RegexOptions.CultureInvariant)]
    private static partial Regex Variable();
}

// Asks and tells a running HAProxy about patterns (management guide §9.3, `show acl`, `prepare acl`, `add acl`, `commit acl`).
using System.Globalization;
using System.Text;
using Amphora.Agent.Haproxy.Runtime;
using Amphora.Contract;

namespace Amphora.Agent.Haproxy.Acl;

/// <summary>Over a conversation that may change what runs.</summary>
/// <param name="conversation">With the process.</param>
/// <param name="config">Path of haproxy.cfg, by which HAProxy names rules.</param>
internal sealed class AclConversation(HaproxyConversation conversation, string config)
{
    /// <summary>The one pattern of each rule, by its line; a rule with several is left out.</summary>
    public async Task<Outcome<IReadOnlyDictionary<int, string>>> ReadAsync(ValueList<AclLine> lines, CancellationToken cancellationToken)
    {
        var patterns = new Dictionary<int, string>();
        if (lines.Count == 0)
        {
            return patterns;
        }

        var numbers = await ReadNumbersAsync(cancellationToken);
        if (numbers.Failure is { } failure)
        {
            return failure;
        }

        foreach (var line in lines)
        {
            if (!numbers.Value.TryGetValue(line.Number, out var number))
            {
                continue;
            }

            var pattern = await ReadPatternAsync(number, cancellationToken);
            if (pattern.Failure is { } unreadable)
            {
                return unreadable;
            }

            if (pattern.Value is { } only)
            {
                patterns[line.Number] = only;
            }
        }

        return patterns;
    }

    /// <summary>Sets patterns, and proves each by reading it again.</summary>
    /// <returns>The first one HAProxy did not take; null: all are set.</returns>
    public async Task<Failure?> TakeAsync(ValueList<AclDifference> differences, CancellationToken cancellationToken)
    {
        var numbers = await ReadNumbersAsync(cancellationToken);
        if (numbers.Failure is { } failure)
        {
            return failure;
        }

        foreach (var difference in differences)
        {
            var taken = numbers.Value.TryGetValue(difference.Line.Number, out var number)
                ? await SetAsync(difference.Line, number, cancellationToken)
                : Failed(difference.Line, "HAProxy knows no such rule");
            if (taken is not null)
            {
                return taken;
            }
        }

        return null;
    }

    private async Task<Failure?> SetAsync(AclLine line, int number, CancellationToken cancellationToken)
    {
        // A version that is prepared and not committed does no harm, and goes with the next one that is.
        var prepared = await conversation.TellAsync($"prepare acl #{number}", cancellationToken);
        if (prepared.Failure is { } failure)
        {
            return failure;
        }

        if (prepared.Value.Split(": ") is not [_, var words] || !int.TryParse(words, NumberStyles.None, CultureInfo.InvariantCulture, out var version))
        {
            return Failed(line, prepared.Value);
        }

        foreach (var command in new[] { $"add acl @{version} #{number} {Escape(line.Pattern)}", $"commit acl @{version} #{number}" })
        {
            var answer = await conversation.TellAsync(command, cancellationToken);
            if ((answer.Failure ?? (answer.Value is { Length: > 0 } refusal ? Failed(line, refusal) : null)) is { } refused)
            {
                return refused;
            }
        }

        var seen = await ReadPatternAsync(number, cancellationToken);
        return seen.Failure ?? (seen.Value == line.Pattern ? null : Failed(line, $"it is {seen.Value ?? "nothing"} afterwards"));
    }

    // `1 () acl 'path' file '/var/lib/octavia/…/haproxy.cfg' line 23. curr_ver=0 …`
    private async Task<Outcome<Dictionary<int, int>>> ReadNumbersAsync(CancellationToken cancellationToken)
    {
        var answer = await AskAsync("show acl", cancellationToken);
        if (answer.Failure is { } failure)
        {
            return failure;
        }

        var numbers = new Dictionary<int, int>();
        var place = $" file '{config}' line ";
        foreach (var row in answer.Value.Split('\n'))
        {
            var at = row.IndexOf(place, StringComparison.Ordinal);
            if (at > 0 && Number(row) is { } number && Number(row.AsSpan(at + place.Length)) is { } line)
            {
                numbers[line] = number;
            }
        }

        return numbers;
    }

    // Rows are `0x55… pattern`.
    private async Task<Outcome<string?>> ReadPatternAsync(int number, CancellationToken cancellationToken)
    {
        var answer = await AskAsync($"show acl #{number}", cancellationToken);
        return answer.Failure is { } failure ? failure
            : answer.Value.Split('\n', StringSplitOptions.RemoveEmptyEntries) is [var row] && row.Split(' ', 2) is [_, var pattern] ? pattern
            : (string?)null;
    }

    private async Task<Outcome<string>> AskAsync(string command, CancellationToken cancellationToken)
    {
        var answer = await conversation.AskAsync(command, cancellationToken);
        return answer.Ok ? Encoding.UTF8.GetString(answer.Value.Span) : answer.Failure!;
    }

    // Whatever could be a separator, a quote or the beginning of a content.
    private static string Escape(string pattern)
    {
        var text = new StringBuilder(pattern.Length);
        foreach (var character in pattern)
        {
            text.Append(char.IsAscii(character) && !char.IsAsciiLetterOrDigit(character) ? "\\" : "").Append(character);
        }

        return text.ToString();
    }

    private static int? Number(ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAnyExceptInRange('0', '9');
        return int.TryParse(end < 0 ? text : text[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    private static Failure Failed(AclLine line, string reason) => new("change rules", $"cannot change rule {line.Name} while HAProxy runs: {reason}") { Tool = "haproxy" };
}

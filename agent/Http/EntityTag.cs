// ETag and If-Match on generations (RFC 9110 §8.8.3, §13.1.1).
using System.Globalization;
using Microsoft.Net.Http.Headers;

namespace Amphora.Agent.Http;

/// <summary>A generation as a strong entity tag.</summary>
internal static class EntityTag
{
    /// <summary>As <c>"3"</c>, quotes included.</summary>
    public static string Of(long generation) => string.Create(CultureInfo.InvariantCulture, $"\"{generation}\"");

    /// <summary>Reads If-Match: no header is no condition; <c>*</c> is any generation; otherwise strong tags of generations.</summary>
    /// <returns>False when the header is there and is none of these.</returns>
    public static bool TryReadIfMatch(HttpRequest request, out IfMatch condition)
    {
        condition = IfMatch.None;
        var header = request.Headers.IfMatch;
        if (header.Count == 0)
        {
            return true;
        }

        if (!EntityTagHeaderValue.TryParseList(header, out var tags))
        {
            return false;
        }

        var generations = new List<long>(tags.Count);
        foreach (var tag in tags)
        {
            if (tag.Tag == "*")
            {
                condition = IfMatch.Any;
                return tags.Count == 1;
            }

            if (tag.IsWeak || !long.TryParse(tag.Tag.AsSpan().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var generation))
            {
                return false;
            }

            generations.Add(generation);
        }

        condition = new IfMatch(true, [.. generations]);
        return true;
    }
}

/// <summary>The precondition of a request.</summary>
/// <param name="Present">False: no condition.</param>
/// <param name="Generations">Generations that fulfil it; empty with <paramref name="Present"/>: any that exists.</param>
internal readonly record struct IfMatch(bool Present, Contract.ValueList<long> Generations)
{
    /// <summary>No condition.</summary>
    public static IfMatch None => default;

    /// <summary>Something has to be in force.</summary>
    public static IfMatch Any => new(true, []);

    /// <summary>True when a change of something at <paramref name="current"/> (null: not there) may go on.</summary>
    public bool Allows(long? current) =>
        !Present || (current is { } generation && (Generations.Count == 0 || Generations.Contains(generation)));
}

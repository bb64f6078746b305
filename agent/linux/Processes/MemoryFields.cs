// /proc/meminfo (proc(5)).
using System.Globalization;

namespace Amphora.Linux.Processes;

/// <summary>Reads the text. Pure.</summary>
public static class MemoryFields
{
    /// <summary>The values by name, as <c>MemFree</c>, in kB where the text says so; what is no number is left out.</summary>
    public static IReadOnlyDictionary<string, long> Parse(string text)
    {
        var values = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n'))
        {
            if (line.Split([':', ' '], StringSplitOptions.RemoveEmptyEntries) is [var name, var value, ..]
                && long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                values[name] = number;
            }
        }

        return values;
    }
}

// Names a listener's certificate may bear.
using System.Text.RegularExpressions;
using Amphora.Contract;

namespace Amphora.Controller.Certificates;

/// <summary>Host names of RFC 1123 with an optional wildcard as the first label (RFC 6125), and addresses.</summary>
internal static partial class HostName
{
    private const int Longest = 253;

    /// <summary>Reads a host name or an address; host names become lower case.</summary>
    public static bool Read(string word, out string value)
    {
        value = word.ToLowerInvariant();
        return StrictIPAddress.TryParse(word, out _) || (word.Length <= Longest && Labels().IsMatch(value) && !OnlyDigits().IsMatch(value));
    }

    [GeneratedRegex(@"\A(\*\.)?[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*\z")]
    private static partial Regex Labels();

    // 300.1.1.1 is an address with a mistake, not a name.
    [GeneratedRegex(@"\A[0-9.]+\z")]
    private static partial Regex OnlyDigits();
}

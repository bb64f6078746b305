// The path parameters of certificate calls: config-rendering I10.
using System.Buffers;
using Amphora.Contract;

namespace Amphora.Agent.Certificates;

/// <summary>Checks the names that become directories and files.</summary>
internal static class CertificateName
{
    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdef");

    /// <summary>The fault of a load balancer id or file name, or null.</summary>
    public static Fault? Check(string id, string file)
    {
        if (!IsLoadBalancerId(id))
        {
            return new Fault("", "pattern", $"the path names the load balancer \"{id}\", which is not a lower-case UUID");
        }

        return file.Length == 44 && file.EndsWith(".pem", StringComparison.Ordinal) && file.AsSpan(0, 40).IndexOfAnyExcept(Hex) < 0
            ? null
            : new Fault("", "pattern", $"the path names the file \"{file}\", which is not 40 lower-case hex digits and .pem");
    }

    /// <summary>True for a UUID as the API spells it: 36 characters, lower case.</summary>
    public static bool IsLoadBalancerId(string id) =>
        Guid.TryParseExact(id, "D", out var guid) && guid.ToString("D") == id;
}

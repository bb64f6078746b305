// Which of the lines of `keepalived -t` are errors (desired-state §5.4).
namespace Amphora.Agent.Keepalived;

/// <summary>keepalived's test ends with an exit code for mere remarks too. Remarks are listed here, each seen with keepalived 2.2.7;
/// every other line refuses the configuration.</summary>
internal static class KeepalivedVerdict
{
    private static readonly string[] s_remarks =
    [
        // "Warning - quorum 1 for […] exceeds total weight of real servers 0": a group whose servers all have weight 0.
        "WARNING",
        "hysteresis 0 >= quorum 0",
        // A VIP of a family that no member has (U3).
        "has no real servers - ignoring",
        // The check script is written together with the configuration, so it may not be there yet.
        "Disabling track script",
        // Upstream's text of API 1.0 has no global_defs (K19).
        "SECURITY VIOLATION",
        "Script user",
        // auth_pass: keepalived keeps 8 characters (K10).
        "Truncating auth_pass",
        // Comes after the warning that names the interface; the VIP may be plugged later than the document comes.
        "Non-existent interface specified in configuration",
        // Repeats what a line before it has said, and keepalived runs without an address.
        "No VIP specified; at least one is sensible",
    ];

    /// <summary>The lines that are errors.</summary>
    public static List<string> Errors(string output) =>
        [.. output.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Where(line => !IsRemark(line))];

    private static bool IsRemark(string line) =>
        Array.Exists(s_remarks, remark => line.Contains(remark, StringComparison.OrdinalIgnoreCase));
}

// Names of syslog's facilities, as oslo.log takes them.
namespace Amphora.Agent.Hosting;

/// <summary>Facilities of syslog(3) by name and number.</summary>
internal static class SyslogFacility
{
    /// <summary>Number of local0.</summary>
    public const int Local0 = 16;

    private const string Prefix = "LOG_";

    // In the order of their numbers.
    private static readonly string[] s_names = ["KERN", "USER", "MAIL", "DAEMON", "AUTH", "SYSLOG", "LPR", "NEWS", "UUCP", "CRON", "AUTHPRIV", "FTP"];

    /// <summary>The number of a name such as <c>LOG_LOCAL1</c>, <c>local1</c> or <c>LOG_DAEMON</c>; null when there is no such facility.</summary>
    public static int? Parse(string name)
    {
        var word = name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? name[Prefix.Length..] : name;
        if (word.StartsWith("LOCAL", StringComparison.OrdinalIgnoreCase) && word.Length == 6 && word[5] is >= '0' and <= '7')
        {
            return Local0 + word[5] - '0';
        }

        var number = Array.FindIndex(s_names, candidate => candidate.Equals(word, StringComparison.OrdinalIgnoreCase));
        return number < 0 ? null : number;
    }
}

// The profiles of TuneD that are in force.
namespace Amphora.Agent.Actions;

/// <summary>Reads <c>/etc/tuned/active_profile</c>.</summary>
internal static class TunedProfiles
{
    private const string ActiveProfile = "/etc/tuned/active_profile";

    // agent-api §3: details shows so much of it.
    private const int MostCharacters = 1024;

    /// <summary>The profiles, blank-separated; empty without TuneD.</summary>
    public static string Read() => Read(ActiveProfile);

    /// <inheritdoc cref="Read()"/>
    /// <param name="file">Where they stand.</param>
    internal static string Read(string file)
    {
        if (!File.Exists(file))
        {
            return "";
        }

        var text = File.ReadAllText(file);
        return text[..Math.Min(text.Length, MostCharacters)].Trim();
    }
}

// The ends of a set of TLS versions: what the rules judge and what HAProxy is told.
namespace Amphora.Contract.DesiredState;

/// <summary>Lists of TLS versions.</summary>
public static class TlsVersions
{
    /// <summary>The oldest and the newest version of a list that is not empty.</summary>
    public static (TlsVersion Lowest, TlsVersion Highest) Range(this ValueList<TlsVersion> versions)
    {
        var (lowest, highest) = (versions[0], versions[0]);
        foreach (var version in versions)
        {
            lowest = version < lowest ? version : lowest;
            highest = version > highest ? version : highest;
        }

        return (lowest, highest);
    }
}

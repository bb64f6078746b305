// What a process holds of the machine.
using System.Globalization;

namespace Amphora.EndToEnd.Tests.Hostile;

/// <summary>A reading of /proc.</summary>
/// <param name="Memory">Resident set, MiB.</param>
/// <param name="Descriptors">Open files and sockets.</param>
/// <param name="Threads">Threads.</param>
internal sealed record AgentVitals(int Memory, int Descriptors, int Threads)
{
    /// <summary>Reads those of a process.</summary>
    public static AgentVitals Of(int pid)
    {
        Dictionary<string, string> status = File.ReadLines($"/proc/{pid}/status").Select(line => line.Split(':', 2)).ToDictionary(parts => parts[0], parts => parts[1].Trim());
        return new AgentVitals(
            int.Parse(status["VmRSS"].Split(' ')[0], CultureInfo.InvariantCulture) / 1024,
            Directory.GetFiles($"/proc/{pid}/fd").Length,
            int.Parse(status["Threads"], CultureInfo.InvariantCulture));
    }
}

// The options in force: what may change while the agent runs is taken from the files again on request.
namespace Amphora.Agent.Hosting;

/// <summary>Options of the running agent. Live ones are those of agent-api §8, endpoint 18; every other keeps the value of the start.</summary>
/// <param name="initial">As read at the start.</param>
/// <param name="read">Reads the files again.</param>
internal sealed class LiveOptions(AgentOptions initial, Func<AgentOptions> read)
{
    private volatile AgentOptions _current = initial;

    /// <summary>What is in force now.</summary>
    public AgentOptions Current => _current;

    /// <summary>Reads the files again and takes over what is live.</summary>
    /// <exception cref="IniException">A file is malformed; what was in force stays.</exception>
    /// <exception cref="IOException">A file cannot be read; what was in force stays.</exception>
    public void Reload()
    {
        var fresh = read();
        _current = _current with
        {
            Debug = fresh.Debug,
            Topology = fresh.Topology,
            ControllerIpPortList = fresh.ControllerIpPortList,
            HeartbeatInterval = fresh.HeartbeatInterval,
            HeartbeatKey = fresh.HeartbeatKey,
        };
    }
}

// Where the agent of a recorded amphora is.
using Amphora.Controller.Drivers;
using Amphora.Controller.Drivers.AmphoraAgent;
using Amphora.Controller.Store;

namespace Amphora.Controller.Vips;

/// <summary>From a row to an address.</summary>
internal static class AgentAddress
{
    /// <summary>Where the agent of an amphora is.</summary>
    /// <exception cref="DriverException">Compute has not told yet.</exception>
    public static AmphoraAddress Of(AmphoraRow amphora) => amphora is { LbNetworkIp: { } address, AgentPort: { } port }
        ? new AmphoraAddress(amphora.Id, address, port)
        : throw new DriverException($"cannot ask amphora {amphora.Id}: it has no management address yet");
}

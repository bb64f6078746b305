// Who may change a port.
namespace Amphora.Agent.Network.Files;

/// <summary>The API a port was plugged over: the other one shows it and refuses to change it.</summary>
internal enum PortOwner
{
    /// <summary>A stock Octavia worker's; there is an interface file and no document.</summary>
    Api1,

    /// <summary>Ours: <c>PUT /2.0/ports/{mac}</c>.</summary>
    Api2,
}

// A driver's world said no.
namespace Amphora.Controller.Drivers;

/// <summary>Compute or network refused or failed. Ends the step that asked.</summary>
/// <param name="message">"cannot do X: reason", with the object's id and the other side's words.</param>
/// <param name="kind">What kind of no.</param>
internal sealed class DriverException(string message, DriverErrorKind kind = DriverErrorKind.Failed) : Exception(message)
{
    /// <summary>What kind of no.</summary>
    public DriverErrorKind Kind { get; } = kind;
}

/// <summary>What kind of no.</summary>
internal enum DriverErrorKind
{
    /// <summary>It failed there.</summary>
    Failed,

    /// <summary>What is named does not exist (the API's 400 for networks, subnets and ports).</summary>
    NotFound,

    /// <summary>It is taken: an address in use, a port of somebody else (the API's 409).</summary>
    Conflict,

    /// <summary>There is no more of it: addresses, hosts for a group.</summary>
    Exhausted,

    /// <summary>Nobody answers there, or not in time.</summary>
    Unreachable,
}

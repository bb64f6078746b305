// Which path parameters may become names of files, directories and units.
using Amphora.Agent.Actions;

namespace Amphora.Agent.OctaviaApi;

/// <summary><c>{…:id}</c> of a route: an <see cref="ObjectId"/>, and none of the names base_path uses itself. Anything
/// else is a path that does not exist.</summary>
internal sealed class IdConstraint : IRouteConstraint
{
    // Directories below base_path that are not a load balancer's (appliance-layout §1, and ours).
    private static readonly string[] Taken = ["certs", "lvs", "vrrp", "ports", "services"];

    /// <inheritdoc/>
    public bool Match(HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection) =>
        values.TryGetValue(routeKey, out var value) && value is string id && IsId(id);

    /// <summary>True when the text may name a load balancer, a listener or an amphora.</summary>
    public static bool IsId(string text) => ObjectId.Is(text) && !Taken.Contains(text);
}

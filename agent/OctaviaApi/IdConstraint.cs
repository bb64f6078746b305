// Which path parameters may become names of files, directories and units.
using System.Buffers;

namespace Amphora.Agent.OctaviaApi;

/// <summary><c>{…:id}</c> of a route: letters, digits, <c>_</c> and <c>-</c>, and none of the names base_path uses itself. Anything
/// else is a path that does not exist.</summary>
internal sealed class IdConstraint : IRouteConstraint
{
    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

    // Directories below base_path that are not a load balancer's (appliance-layout §1, and ours).
    private static readonly string[] Taken = ["certs", "lvs", "vrrp", "ports", "services"];

    /// <inheritdoc/>
    public bool Match(HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection) =>
        values.TryGetValue(routeKey, out var value) && value is string { Length: > 0 } id && IsId(id);

    /// <summary>True when the text may name a load balancer, a listener or an amphora.</summary>
    public static bool IsId(string text) => !text.AsSpan().ContainsAnyExcept(Allowed) && !Taken.Contains(text);
}

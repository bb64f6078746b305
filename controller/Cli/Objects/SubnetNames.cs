// Subnets by name, in what a user wrote.
using System.Text.Json.Nodes;
using Amphora.Controller.Drivers.Networking;
using Amphora.Controller.Flows;

namespace Amphora.Controller.Cli.Objects;

/// <summary>Puts ids in the place of names. Ids stay: whether there is such a subnet is for the use case to say.</summary>
internal sealed class SubnetNames(INetworkDriver network)
{
    /// <summary>Puts an id into a field that may name a subnet.</summary>
    /// <returns>Null, or that no subnet has the name.</returns>
    public async Task<Refusal?> ResolveAsync(JsonObject given, string field, CancellationToken cancellationToken)
    {
        if (given[field] is not JsonValue value || !value.TryGetValue<string>(out var word) || Guid.TryParse(word, out _))
        {
            return null;
        }

        if (await network.FindSubnetAsync(word, cancellationToken) is not { } subnet)
        {
            return new Refusal(RefusalKind.Invalid, $"Invalid input for field/attribute {field}. Value: '{word}'. There is no such subnet.");
        }

        given[field] = subnet.Id.ToString();
        return null;
    }
}

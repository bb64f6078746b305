// The fields that load balancer, listeners, policies, rules, pools, members and monitors have in common.
using Amphora.Contract.Json;

namespace Amphora.Contract.DesiredState.Reading;

/// <summary>Id, name, admin state and provisioning status.</summary>
internal readonly record struct ObjectHead(Guid? Id, string? Name, bool AdminStateUp, ProvisioningStatus ProvisioningStatus)
{
    /// <summary>Reads the common fields and notes the id for V1.</summary>
    /// <param name="json">The object.</param>
    /// <param name="facts">Takes the id.</param>
    /// <param name="named">False for L7 rules, which have no name.</param>
    internal static ObjectHead Read(JsonObject json, DocumentFacts facts, bool named = true)
    {
        var field = json.Required("id");
        var id = field.Uuid();
        if (id is { } known)
        {
            facts.Ids.Add((known, field.Place));
        }

        return new ObjectHead(
            id,
            named ? json.Optional("name").Text(DocumentText.Name) : null,
            json.Optional("admin_state_up").Boolean() ?? true,
            json.Optional("provisioning_status").Word(WireNames.ProvisioningStatuses) ?? ProvisioningStatus.Active);
    }
}

// Amphorae and their VRRP group.
using Amphora.Contract.Json;

namespace Amphora.Contract.DesiredState.Reading;

/// <summary>Reads elements of <c>amphorae</c>, and <c>vrrp_group</c>.</summary>
internal static class AmphoraReader
{
    internal static AmphoraEntry? Read(JsonValue value, Topology? topology, DocumentFacts facts)
    {
        if (value.Object() is not { } json)
        {
            facts.AmphoraeKnown = false;
            return null;
        }

        var idField = json.Required("id");
        var id = idField.Uuid();
        var statusField = json.Optional("status");
        var status = statusField.Word(WireNames.AmphoraStatuses);
        var roleField = json.Required("role");
        var role = roleField.Word(WireNames.AmphoraRoles);
        CheckRole(role, roleField, topology);
        var note = new AmphoraFacts
        {
            Id = id,
            IdPlace = idField.Place,
            IsAllocated = status == AmphoraStatus.Allocated || !statusField.IsPresent,
            VrrpIp = json.Optional("vrrp_ip"),
            VrrpInterface = json.Optional("vrrp_interface"),
            VrrpPriority = json.Optional("vrrp_priority"),
        };
        facts.AmphoraeKnown &= id is not null;
        facts.Amphorae.Add(note);
        return ReadAddresses(json, note, status, role);
    }

    private static AmphoraEntry? ReadAddresses(JsonObject json, AmphoraFacts note, AmphoraStatus? status, AmphoraRole? role)
    {
        var lbNetworkIp = json.Optional("lb_network_ip").Address();
        var vrrpIp = note.VrrpIp.Address();
        var haIp = json.Optional("ha_ip").Address();
        var vrrpInterface = note.VrrpInterface.Text(DocumentText.InterfaceName);
        var vrrpId = json.Optional("vrrp_id").Int32(1, 255);
        var vrrpPriority = note.VrrpPriority.Int32(1, 254);
        json.Close();

        return !json.Faults.None ? null : new AmphoraEntry
        {
            Id = note.Id!.Value,
            Status = status ?? AmphoraStatus.Allocated,
            Role = role!.Value,
            LbNetworkIp = lbNetworkIp,
            VrrpIp = vrrpIp,
            HaIp = haIp,
            VrrpInterface = vrrpInterface,
            VrrpId = vrrpId,
            VrrpPriority = vrrpPriority,
        };
    }

    internal static VrrpGroup? ReadGroup(JsonValue value)
    {
        if (value.Object() is not { } json)
        {
            return null;
        }

        var name = json.Required("vrrp_group_name").Text(DocumentText.VrrpGroupName);
        var authType = json.Optional("vrrp_auth_type").Word(WireNames.VrrpAuthTypes);
        var authPass = json.Required("vrrp_auth_pass").Secret().Text(DocumentText.VrrpAuthPass);
        var advertInt = json.Optional("advert_int").Int32(1, 255);
        json.Close();

        return !json.Faults.None ? null : new VrrpGroup
        {
            VrrpGroupName = name!,
            VrrpAuthType = authType ?? VrrpAuthType.Pass,
            VrrpAuthPass = authPass!,
            AdvertInt = advertInt ?? 1,
        };
    }

    private static void CheckRole(AmphoraRole? role, JsonValue field, Topology? topology)
    {
        switch (topology)
        {
            case Topology.ActiveStandby when role == AmphoraRole.Standalone:
                field.Refuse("enum", "MASTER or BACKUP with topology ACTIVE_STANDBY");
                break;
            case Topology.Single when role is AmphoraRole.Master or AmphoraRole.Backup:
                field.Refuse("const", "STANDALONE with topology SINGLE");
                break;
        }
    }
}

// The document object itself: reads its parts, then applies the rules across them.
using Amphora.Contract.Json;

namespace Amphora.Contract.DesiredState.Reading;

/// <summary>Reads the root of a desired state document.</summary>
internal static class DocumentReader
{
    private const long MaxGeneration = 9007199254740991;
    private const int MaxAmphorae = 16;

    internal static DesiredStateDocument? Read(JsonValue root)
    {
        if (root.Object() is not { } json)
        {
            return null;
        }

        var facts = new DocumentFacts();
        CheckVersion(json.Required("schema_version"));
        var generation = json.Required("generation").Integer(1, MaxGeneration);
        var amphoraField = json.Required("amphora_id");
        var amphoraId = amphoraField.Uuid();
        var topology = json.Required("topology").Word(WireNames.Topologies);
        var loadBalancer = LoadBalancerReader.Read(json.Required("loadbalancer"), facts);
        var amphorae = ReadAmphorae(json.Required("amphorae"), topology, facts);
        var group = ReadGroup(json.Optional("vrrp_group"), topology);
        var subnets = ReadSubnets(json.Optional("subnets"), facts);
        var tlsFiles = ReadTlsFiles(json.Optional("tls_files"), facts);
        var settings = SettingsReader.Read(json.Optional("settings"));
        var hostFacts = SettingsReader.ReadHostFacts(json.Optional("host_facts"));
        json.Close();

        new DocumentRules(facts, json.Faults).Check();
        new TopologyRules(facts, json.Faults).Check(amphoraId, amphoraField.Place, topology);

        return !json.Faults.None ? null : new DesiredStateDocument
        {
            Generation = generation!.Value,
            AmphoraId = amphoraId!.Value,
            Topology = topology!.Value,
            LoadBalancer = loadBalancer!,
            Amphorae = amphorae,
            VrrpGroup = group,
            Subnets = subnets,
            TlsFiles = tlsFiles,
            Settings = settings,
            HostFacts = hostFacts,
        };
    }

    private static void CheckVersion(JsonValue field)
    {
        if (field.IsPresent && (field.Kind != System.Text.Json.JsonTokenType.Number
            || JsonNumber.Parse(field.Content) is not { IsInteger: true, Saturated: DesiredStateDocument.CurrentSchemaVersion }))
        {
            field.Refuse("const", "1");
        }
    }

    private static VrrpGroup? ReadGroup(JsonValue field, Topology? topology)
    {
        switch (topology)
        {
            case Topology.ActiveStandby:
                field.MustBePresent("with topology ACTIVE_STANDBY");
                break;
            case Topology.Single:
                field.MustBeAbsent("with topology SINGLE");
                break;
        }

        return AmphoraReader.ReadGroup(field);
    }

    private static ValueList<AmphoraEntry> ReadAmphorae(JsonValue field, Topology? topology, DocumentFacts facts)
    {
        var amphorae = new List<AmphoraEntry>();
        facts.AmphoraeKnown &= field.Kind == System.Text.Json.JsonTokenType.StartArray;
        foreach (var item in field.Array(minItems: 1, MaxAmphorae))
        {
            if (AmphoraReader.Read(item, topology, facts) is { } amphora)
            {
                amphorae.Add(amphora);
            }
        }

        return amphorae.ToValueList();
    }

    private static ValueList<Subnet> ReadSubnets(JsonValue field, DocumentFacts facts)
    {
        var subnets = new List<Subnet>();
        facts.SubnetsKnown &= field.IsArrayOrAbsent;
        foreach (var item in field.Array())
        {
            if (NetworkReader.ReadSubnet(item, facts) is { } subnet)
            {
                subnets.Add(subnet);
            }
        }

        return subnets.ToValueList();
    }

    private static ValueList<TlsFile> ReadTlsFiles(JsonValue field, DocumentFacts facts)
    {
        var files = new List<TlsFile>();
        facts.TlsFilesKnown &= field.IsArrayOrAbsent;
        foreach (var item in field.Array())
        {
            if (TlsFileReader.Read(item, facts) is { } file)
            {
                files.Add(file);
            }
        }

        return files.ToValueList();
    }
}

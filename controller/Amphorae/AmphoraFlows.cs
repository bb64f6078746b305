// The flows of amphorae by themselves, as the tables of flows.md have them.
using System.Text.Json;
using System.Text.Json.Serialization;
using Amphora.Controller.Flows;
using Amphora.Controller.Store;
using Amphora.Controller.Vips;
using static Amphora.Controller.Flows.FlowsSlice;

namespace Amphora.Controller.Amphorae;

/// <summary>flows.md §3.3: an amphora that waits for a load balancer.</summary>
internal sealed class CreateSpareFlow(AmphoraServices services) : IFlowDefinition
{
    /// <summary>Its name.</summary>
    public const string Name = "create-spare";

    /// <inheritdoc/>
    public string Kind => Name;

    /// <inheritdoc/>
    public FlowNode Define(string input)
    {
        var amphora = AmphoraInput.Read(input);
        return Linear(
            Step("create-amphora", new CreateAmphora(services, new AmphoraRow { Id = amphora })),
            Step("amphora-to-error-on-revert", new AmphoraToErrorOnRevert(services, amphora)),
            AmphoraeSlice.Boot(services, amphora),
            Step("mark-amphora-ready", new MarkAmphoraReady(services, amphora)));
    }
}

/// <summary>flows.md §7, last paragraph.</summary>
internal sealed class DeleteAmphoraFlow(AmphoraServices services, VipServices vips) : IFlowDefinition
{
    /// <summary>Its name.</summary>
    public const string Name = "delete-amphora";

    /// <inheritdoc/>
    public string Kind => Name;

    /// <inheritdoc/>
    public FlowNode Define(string input)
    {
        var amphora = AmphoraInput.Read(input);
        return Linear(
            Step("amphora-to-error-on-revert", new AmphoraToErrorOnRevert(services, amphora)),
            AmphoraeSlice.Delete(services, vips, amphora));
    }
}

/// <summary>flows.md §9.2.</summary>
internal sealed class RotateCertificateFlow(AmphoraServices services) : IFlowDefinition
{
    /// <summary>Its name.</summary>
    public const string Name = "rotate-certificate";

    /// <inheritdoc/>
    public string Kind => Name;

    /// <inheritdoc/>
    public FlowNode Define(string input)
    {
        var amphora = AmphoraInput.Read(input);
        return Linear(
            Step("amphora-to-error-on-revert", new AmphoraToErrorOnRevert(services, amphora)),
            Step("issue-next-certificate", new IssueNextCertificate(services, amphora)),
            Step("upload-certificate", new UploadCertificate(services, amphora)),
            Step("store-certificate-expiration", new StoreCertificateExpiration(services, amphora)));
    }
}

/// <summary>Upstream's update_amphora_agent_config. When it fails the amphora serves on with what it has: it is no reason for ERROR.</summary>
internal sealed class UpdateAgentConfigurationFlow(AmphoraServices services) : IFlowDefinition
{
    /// <summary>Its name.</summary>
    public const string Name = "update-amphora-agent-config";

    /// <inheritdoc/>
    public string Kind => Name;

    /// <inheritdoc/>
    public FlowNode Define(string input) => Step("update-agent-configuration", new UpdateAgentConfiguration(services, AmphoraInput.Read(input)));
}

/// <summary>What these flows are recorded with.</summary>
/// <param name="AmphoraId">Which amphora.</param>
internal sealed record AmphoraInput(Guid AmphoraId)
{
    /// <summary>The flow of an amphora, to be recorded.</summary>
    public static NewFlow Prepare(FlowEngine engine, string kind, Guid amphora) =>
        engine.Prepare(kind, amphora, JsonSerializer.Serialize(new AmphoraInput(amphora), AmphoraInputs.Default.AmphoraInput));

    /// <summary>The amphora.</summary>
    public static Guid Read(string input) => JsonSerializer.Deserialize(input, AmphoraInputs.Default.AmphoraInput)!.AmphoraId;
}

/// <summary>How they are written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(AmphoraInput))]
internal sealed partial class AmphoraInputs : JsonSerializerContext;

// What the agent of an amphora that runs is given anew: its certificate, its configuration (flows.md §9.2; agent-api §8).
using Amphora.Controller.ConfigDrive;
using Amphora.Controller.Flows;
using Amphora.Controller.Vips;

namespace Amphora.Controller.Amphorae;

/// <summary>Upstream's GenerateServerPEM. The row is not told before the agent has it.</summary>
internal sealed class IssueNextCertificate(AmphoraServices services, Guid amphora) : IFlowTask
{
    /// <inheritdoc/>
    public Task ExecuteAsync(StepValues values, CancellationToken cancellationToken)
    {
        var identity = services.Issue(amphora);
        values.Set(AmphoraKeys.ServerPem, identity.ServerPem);
        values.Set(AmphoraKeys.CertificateExpiration, identity.Certificate.NotAfter);
        return Task.CompletedTask;
    }
}

/// <summary>Upstream's AmphoraCertUpload. Nothing undoes it: the agent serves with what it has.</summary>
internal sealed class UploadCertificate(AmphoraServices services, Guid amphora) : IFlowTask
{
    /// <inheritdoc/>
    public async Task ExecuteAsync(StepValues values, CancellationToken cancellationToken)
    {
        var row = await services.GetAsync(amphora, cancellationToken);
        await services.Agents.UploadCertificateAsync(AgentAddress.Of(row), values.Get(AmphoraKeys.ServerPem), cancellationToken);
    }
}

/// <summary>Upstream's UpdateAmphoraDBCertExpiration and UpdateAmphoraCertBusyToFalse.</summary>
internal sealed class StoreCertificateExpiration(AmphoraServices services, Guid amphora) : IFlowTask
{
    /// <inheritdoc/>
    public Task ExecuteAsync(StepValues values, CancellationToken cancellationToken) => services.ChangeAsync(
        (amphorae, token) => amphorae.SetCertExpirationAsync(amphora, values.Get(AmphoraKeys.CertificateExpiration), token), cancellationToken);
}

/// <summary>Upstream's AmphoraConfigUpdate: what a new amphora would be configured with now.</summary>
internal sealed class UpdateAgentConfiguration(AmphoraServices services, Guid amphora) : IFlowTask
{
    /// <inheritdoc/>
    public async Task ExecuteAsync(StepValues values, CancellationToken cancellationToken)
    {
        var row = await services.GetAsync(amphora, cancellationToken);
        var loadBalancer = await services.LoadBalancerOfAsync(amphora, cancellationToken);
        var text = AgentConfigurationRenderer.Render(amphora, await services.Settings.AgentOfAsync(amphora, loadBalancer?.Topology, cancellationToken));
        await services.Agents.UpdateConfigurationAsync(AgentAddress.Of(row), text, cancellationToken);
    }
}

// A new machine with its certificates on a config drive, up to an agent that answers (flows.md §3.2).
using System.Globalization;
using Amphora.Contract.DesiredState;
using Amphora.Controller.ConfigDrive;
using Amphora.Controller.Drivers;
using Amphora.Controller.Drivers.Compute;
using Amphora.Controller.Flows;
using Amphora.Controller.Store;
using Amphora.Controller.Vips;

namespace Amphora.Controller.Amphorae;

/// <summary>Upstream's GenerateServerPEM and UpdateAmphoraDBCertExpiration.</summary>
internal sealed class IssueServerCertificate(AmphoraServices services, Guid amphora) : IFlowTask
{
    /// <inheritdoc/>
    public async Task ExecuteAsync(StepValues values, CancellationToken cancellationToken)
    {
        var identity = services.Issue(amphora);
        await services.ChangeAsync(
            (amphorae, token) => amphorae.SetCertExpirationAsync(amphora, identity.Certificate.NotAfter, token), cancellationToken);
        values.Set(AmphoraKeys.ServerPem, identity.ServerPem);
        values.Set(AmphoraKeys.ClientCa, identity.AuthorityPem);
    }
}

/// <summary>Upstream's CertComputeCreate, UpdateAmphoraComputeId and MarkAmphoraBootingInDB.</summary>
internal sealed class BuildCompute(AmphoraServices services, Guid amphora) : IFlowTask
{
    /// <inheritdoc/>
    public async Task ExecuteAsync(StepValues values, CancellationToken cancellationToken)
    {
        var loadBalancer = await services.LoadBalancerOfAsync(amphora, cancellationToken);
        var agent = await services.Settings.AgentOfAsync(amphora, loadBalancer?.Topology, cancellationToken);
        var files = DriveFiles.Installed(amphora, agent, services.Settings.Logs, values.Get(AmphoraKeys.ServerPem), values.Get(AmphoraKeys.ClientCa));
        var compute = await services.Compute.BuildAsync(
            new ComputeBuild
            {
                AmphoraId = amphora,
                Files = files.Ok ? [.. files.Value] : throw new DriverException(files.Failure!.Message),
                ServerGroupId = loadBalancer?.ServerGroupId,
            },
            cancellationToken);
        await services.ChangeAsync(
            async (amphorae, token) =>
            {
                await amphorae.SetComputeIdAsync(amphora, compute, token);
                await amphorae.SetStatusAsync(amphora, AmphoraStatus.Booting, token);
            },
            cancellationToken);
        values.Set(AmphoraKeys.Compute, compute);
    }

    /// <inheritdoc/>
    public async Task RevertAsync(StepValues values, CancellationToken cancellationToken)
    {
        // By the amphora: the machine may be there without its id being written down.
        if (await services.Compute.FindAsync(amphora, cancellationToken) is { } compute)
        {
            await services.Compute.DeleteAsync(compute, cancellationToken);
        }
    }
}

/// <summary>Upstream's ComputeWait and UpdateAmphoraInfo.</summary>
internal sealed class WaitForCompute(AmphoraServices services, Guid amphora) : IFlowTask
{
    /// <inheritdoc/>
    public async Task ExecuteAsync(StepValues values, CancellationToken cancellationToken)
    {
        var fields = await ActiveAsync(values.Get(AmphoraKeys.Compute), cancellationToken);
        await services.ChangeAsync(
            (amphorae, token) => amphorae.SetComputeAsync(amphora, fields, token), cancellationToken);
    }

    private async Task<ComputeFields> ActiveAsync(string compute, CancellationToken cancellationToken)
    {
        var start = services.Time.GetTimestamp();
        while (true)
        {
            var machine = await services.Compute.GetAsync(compute, cancellationToken);
            switch (machine)
            {
                case { Status: ComputeStatus.Active, ManagementAddress: { } address }:
                    return new ComputeFields
                    {
                        ComputeId = machine.ComputeId,
                        LbNetworkIp = address,
                        AgentPort = services.Settings.Agent.BindPort,
                        CachedZone = machine.Zone,
                        ImageId = machine.ImageId,
                    };
                case null:
                    throw new DriverException($"cannot build {compute}: the machine is gone", DriverErrorKind.NotFound);
                case { Status: ComputeStatus.Error or ComputeStatus.Shutoff }:
                    throw new DriverException($"cannot build {compute}: it is in {machine.Status}: {machine.Fault ?? "compute gives no reason"}");
            }

            if (services.Time.GetElapsedTime(start) > services.Settings.ComputeLimit)
            {
                throw new DriverException(string.Create(
                    CultureInfo.InvariantCulture, $"cannot build {compute}: after {services.Settings.ComputeLimit.TotalSeconds:0} s it is still in {machine.Status}"));
            }

            await Task.Delay(services.Settings.ComputeInterval, services.Time, cancellationToken);
        }
    }
}

/// <summary>Upstream's AmphoraComputeConnectivityWait.</summary>
internal sealed class WaitForAgent(AmphoraServices services, Guid amphora) : IFlowTask
{
    /// <inheritdoc/>
    public async Task ExecuteAsync(StepValues values, CancellationToken cancellationToken)
    {
        var row = await services.GetAsync(amphora, cancellationToken);
        await services.Agents.WaitAsync(AgentAddress.Of(row), services.Settings.AgentLimit, cancellationToken);
    }
}

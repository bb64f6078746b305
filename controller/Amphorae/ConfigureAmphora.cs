// Use case: the agent of an amphora gets the configuration that a new one would get now.
using Amphora.Contract.DesiredState;
using Amphora.Controller.Flows;
using Amphora.Controller.Store;

namespace Amphora.Controller.Amphorae;

/// <summary>Records the flow for an amphora whose agent runs.</summary>
internal sealed class ConfigureAmphora(AmphoraServices services, FlowEngine engine)
{
    /// <summary>Records it.</summary>
    public Task<Decision<BegunAmphora>> RecordAsync(Guid amphora, CancellationToken cancellationToken) => services.Database.InTransactionAsync<Decision<BegunAmphora>>(
        async (transaction, token) => await new AmphoraRows(transaction).GetAsync(amphora, token) is { LbNetworkIp: not null, Status: not (AmphoraStatus.Deleted or AmphoraStatus.PendingDelete) }
            ? await BegunAmphora.RecordAsync(transaction, AmphoraInput.Prepare(engine, UpdateAgentConfigurationFlow.Name, amphora), token)
            : await AmphoraRefusals.OfAsync(transaction, amphora, "configured", token),
        cancellationToken);
}

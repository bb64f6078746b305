// `amphora-agent interface restore`: the network namespace with every port in it, at boot, before HAProxy and the agent.
using Amphora.Agent.Keepalived;
using Amphora.Agent.Network;

namespace Amphora.Agent.Hosting.Boot;

/// <summary>What amphora-netns.service is for (appliance-layout §4). The agent does the same at its start; done before, HAProxy's units find
/// the namespace without it, and see its name: an agent with mounts of its own cannot show them one. keepalived's stale pid files go too.</summary>
internal static class RestoreCommand
{
    private const int Failed = 2;

    /// <summary>Brings as much up as goes.</summary>
    /// <param name="configuration">Where base_path and the others stand.</param>
    /// <param name="errors">A line <c>Error: …</c> for what did not work.</param>
    /// <param name="cancellationToken">Ends waits.</param>
    /// <returns>0, or 2 when something failed.</returns>
    public static async Task<int> RunAsync(ConfigurationFiles configuration, TextWriter errors, CancellationToken cancellationToken)
    {
        try
        {
            var live = new LiveOptions(configuration.Read(), configuration.Read);
            KeepalivedSlice.RemoveStalePidFiles(live.Current.BasePath);
            await using var services = new ServiceCollection()
                .AddLogging(logging => logging.AddProvider(new JournalLoggerProvider(new SyslogSocket(SyslogSocket.DefaultPath, live.Current.LogFacility))))
                .AddClosedServices()
                .AddNetwork(SliceOptions.Network(live))
                .BuildServiceProvider();
            var failures = await services.GetRequiredService<NetworkRestorer>().RestoreAsync(cancellationToken);
            foreach (var failure in failures)
            {
                await errors.WriteLineAsync($"Error: {failure.Message}");
            }

            return failures.Count == 0 ? 0 : Failed;
        }
        catch (Exception exception) when (exception is IniException or IOException or UnauthorizedAccessException)
        {
            await errors.WriteLineAsync($"Error: {exception.Message}");
            return Failed;
        }
    }
}

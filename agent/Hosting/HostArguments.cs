// Arguments that are not ours.
namespace Amphora.Agent.Hosting;

/// <summary>WebApplicationFactory adds the generic host's own arguments to the command line.</summary>
internal static class HostArguments
{
    private static readonly string[] TestHost = ["--environment=", "--contentRoot=", "--applicationName="];

    /// <summary>The arguments without the test host's.</summary>
    public static string[] WithoutTestHost(string[] args) =>
        [.. args.Where(static arg => !TestHost.Any(prefix => arg.StartsWith(prefix, StringComparison.Ordinal)))];
}

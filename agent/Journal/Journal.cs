// The journal: what was asked of this agent, what it decided and what came of it, as a hash chain in two files of bounded size.
namespace Amphora.Agent.Journal;

/// <summary>Front door of the slice. Who has something to tell takes an <see cref="AgentJournal"/>.</summary>
internal static class JournalSlice
{
    /// <summary>Registers the journal. Before everything that tells it something: services are stopped in reverse order.</summary>
    public static IServiceCollection AddJournal(this IServiceCollection services, JournalOptions options) => services
        .AddSingleton(options)
        .AddSingleton<AgentJournal>()
        .AddHostedService(static provider => provider.GetRequiredService<AgentJournal>());

    /// <summary>The route of the slice.</summary>
    public static void MapJournal(this IEndpointRouteBuilder routes) => routes.MapGet("/2.0/journal", JournalEndpoints.Read);
}

/// <summary>Options of the slice.</summary>
internal sealed record JournalOptions
{
    /// <summary>[haproxy_amphora] base_path: where the files are.</summary>
    public required string BasePath { get; init; }

    /// <summary>[amphora_agent] journal_size: bytes that both files may have together; 0: no journal.</summary>
    public long MostBytes { get; init; }

    /// <summary>Version of this agent, for those who read it later.</summary>
    public string Version { get; init; } = "";

    /// <summary>The file that is written.</summary>
    public string File => Path.Combine(BasePath, "journal.jsonl");

    /// <summary>The one before it.</summary>
    public string OlderFile => Path.Combine(BasePath, "journal.1.jsonl");
}

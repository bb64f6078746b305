// How the answers of agents look, as a table or as JSON.
using System.Text.Json.Serialization.Metadata;

namespace Amphora.Controller.Cli;

/// <summary>The look of one kind of answer.</summary>
/// <typeparam name="T">The answer.</typeparam>
internal sealed record AgentView<T>
{
    /// <summary>For <c>--output json</c>.</summary>
    public required JsonTypeInfo<T> Type { get; init; }

    /// <summary>Columns after AGENT.</summary>
    public required string[] Header { get; init; }

    /// <summary>Rows of an answer, without the first column.</summary>
    public required Func<T, IEnumerable<string[]>> Rows { get; init; }

    /// <summary>Tables below the first one, when only one agent was asked.</summary>
    public Func<T, IEnumerable<Table>> Details { get; init; } = _ => [];
}

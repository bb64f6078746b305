// The typed name of a value that one step of a flow makes and later ones use.
using System.Text.Json.Serialization.Metadata;

namespace Amphora.Controller.Flows;

/// <summary>The name of a value, and how it is written down; every value survives its controller.</summary>
/// <typeparam name="T">What it is.</typeparam>
/// <param name="Name">Unique among the keys of a flow, as <c>compute_id</c>.</param>
/// <param name="Json">How it is written.</param>
internal sealed record FlowKey<T>(string Name, JsonTypeInfo<T> Json)
{
    /// <summary>Never written in clear (flows.md §1, secrets).</summary>
    public bool IsSecret { get; init; }
}

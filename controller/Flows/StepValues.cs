// What the steps of a flow hand on, as one step sees it.
using System.Collections.Concurrent;
using System.Text.Json;

namespace Amphora.Controller.Flows;

/// <summary>What a step reads and makes. Values are kept as the texts that are written down, so that a flow that goes on elsewhere sees
/// the same.</summary>
/// <param name="scope">Path of the scope the step stands in, with a slash at its end; empty at the top.</param>
/// <param name="known">What ended steps made, by scope and name.</param>
/// <param name="lease">Becomes <see cref="Lease"/>.</param>
internal sealed class StepValues(string scope, ConcurrentDictionary<string, string> known, FlowLease lease)
{
    private readonly Dictionary<string, FlowOutput> _made = [];

    /// <summary>The right to run the flow: for steps that give back what the flow has locked.</summary>
    public FlowLease Lease => lease;

    /// <summary>What the step has made so far.</summary>
    public IReadOnlyCollection<FlowOutput> Made => _made.Values;

    /// <summary>A value of this scope or, when it has none, of the nearest around it.</summary>
    /// <exception cref="InvalidOperationException">No step before makes it: the definition is wrong.</exception>
    public T Get<T>(FlowKey<T> key) =>
        TryGet(key, out var value) ? value : throw new InvalidOperationException($"no step before this one in '{scope}' makes {key.Name}");

    /// <summary>A value, when there is one.</summary>
    public bool TryGet<T>(FlowKey<T> key, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out T value)
    {
        var text = Find(key.Name);
        value = text is null ? default : JsonSerializer.Deserialize(text, key.Json);
        return text is not null;
    }

    /// <summary>Makes a value; it is seen by others when the step has ended.</summary>
    public void Set<T>(FlowKey<T> key, T value) => _made[key.Name] = new FlowOutput(key.Name, JsonSerializer.Serialize(value, key.Json), key.IsSecret);

    private string? Find(string name)
    {
        if (_made.TryGetValue(name, out var own))
        {
            return own.Json;
        }

        for (var at = scope; ; at = at[..(at.LastIndexOf('/', at.Length - 2) + 1)])
        {
            if (known.TryGetValue(at + name, out var text))
            {
                return text;
            }

            if (at.Length == 0)
            {
                return null;
            }
        }
    }
}

/// <summary>A value that a step made.</summary>
/// <param name="Name">Its key.</param>
/// <param name="Json">What it is.</param>
/// <param name="IsSecret">Sealed before it is written down.</param>
internal sealed record FlowOutput(string Name, string Json, bool IsSecret);

// What became of something that was asked for: a flow was recorded, or it is not even begun, and why.
using Amphora.Contract;

namespace Amphora.Controller.Flows;

/// <summary>A no before anything was changed.</summary>
/// <param name="Kind">What kind of no.</param>
/// <param name="Message">One sentence that names the object.</param>
internal sealed record Refusal(RefusalKind Kind, string Message)
{
    /// <summary>What is wrong with what was given, each with its path.</summary>
    public ValueList<Fault> Faults { get; init; }
}

/// <summary>What kind of no, and the API's status code for it (load-balancer-api.md §4).</summary>
internal enum RefusalKind
{
    /// <summary>What was given is wrong (400).</summary>
    Invalid,

    /// <summary>The project has as many as it may (403).</summary>
    Quota,

    /// <summary>There is no such thing (404).</summary>
    NotFound,

    /// <summary>Its state does not allow it, or there is one already (409).</summary>
    Conflict,

    /// <summary>The API has it, amphorae do not (501).</summary>
    Unsupported,
}

/// <summary>Either what was begun, or why nothing was.</summary>
/// <typeparam name="T">What was begun.</typeparam>
internal readonly record struct Decision<T>
{
    private readonly T? _value;

    private Decision(T? value, Refusal? refusal) => (_value, Refusal) = (value, refusal);

    /// <summary>Why not, or null.</summary>
    public Refusal? Refusal { get; }

    /// <summary>What was begun.</summary>
    /// <exception cref="InvalidOperationException">Nothing was.</exception>
    public T Value => Refusal is null ? _value! : throw new InvalidOperationException(Refusal.Message);

    /// <summary>Yes.</summary>
    public static implicit operator Decision<T>(T value) => new(value, null);

    /// <summary>No.</summary>
    public static implicit operator Decision<T>(Refusal refusal) => new(default, refusal);
}

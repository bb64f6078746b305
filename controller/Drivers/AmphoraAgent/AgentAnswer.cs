// What came of a request to an agent: its answer, or why there is none.
using Amphora.Contract;
using Amphora.Contract.Rest;

namespace Amphora.Controller.Drivers.AmphoraAgent;

/// <summary>Either the agent's answer or an error.</summary>
/// <typeparam name="T">What it answers.</typeparam>
internal readonly record struct AgentAnswer<T>
{
    private readonly T? _value;

    private AgentAnswer(T? value, AgentError? error) => (_value, Error) = (value, error);

    /// <summary>Why there is no answer, or null.</summary>
    public AgentError? Error { get; }

    /// <summary>True when there is a value.</summary>
    public bool Ok => Error is null;

    /// <summary>The answer.</summary>
    /// <exception cref="InvalidOperationException">There is an error instead.</exception>
    public T Value => Error is null ? _value! : throw new InvalidOperationException(Error.Message);

    /// <summary>An answer.</summary>
    public static implicit operator AgentAnswer<T>(T value) => new(value, null);

    /// <summary>An error.</summary>
    public static implicit operator AgentAnswer<T>(AgentError error) => new(default, error);
}

/// <summary>Why an agent did not do what was asked.</summary>
/// <param name="Kind">Whose no it is.</param>
/// <param name="Message">One sentence, "cannot do X: reason".</param>
internal sealed record AgentError(AgentErrorKind Kind, string Message)
{
    /// <summary>The status code, when there was an answer.</summary>
    public int? Status { get; init; }

    /// <summary>The problem details, when the answer had any.</summary>
    public Problem? Problem { get; init; }

    /// <summary>True when the agent has no such route: it did nothing, and may be one of API 1.0.</summary>
    public bool IsUnknownRoute { get; init; }

    /// <summary>Findings of our own, made before anything was sent.</summary>
    public ValueList<Fault> Faults { get; init; }
}

/// <summary>Whose no it is.</summary>
internal enum AgentErrorKind
{
    /// <summary>The agent understood and said no, or the document is wrong.</summary>
    Refused,

    /// <summary>Nobody answers, or not in time.</summary>
    Unreachable,

    /// <summary>Somebody answers who cannot be verified, or does not accept us, or is no agent.</summary>
    Unverified,
}

/// <summary>What is being done to an agent right now, for people who wait.</summary>
/// <param name="Agent">Which one.</param>
/// <param name="Step">As <c>push</c>.</param>
/// <param name="Attempt">From 1.</param>
/// <param name="Reason">Why it has to be tried again; null while it is going on.</param>
internal sealed record AgentProgress(AgentEndpoint Agent, string Step, int Attempt, string? Reason);

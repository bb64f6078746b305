// What went wrong in the world while doing what a correct request asked for.
namespace Amphora.Contract;

/// <summary>The world said no: a program, the kernel, the disk, a peer. A value up to the HTTP edge.</summary>
/// <param name="Step">What was being done, as "check haproxy.cfg" or "start haproxy-….service".</param>
/// <param name="Message">One sentence, "cannot do X: reason".</param>
public sealed record Failure(string Step, string Message)
{
    /// <summary>The kind of failure; decides the status code at the edge (docs/http-status-codes.md).</summary>
    public FailureKind Kind { get; init; } = FailureKind.Internal;

    /// <summary>The program or interface that refused, as <c>haproxy</c>, <c>rtnetlink</c>, <c>systemd</c>.</summary>
    public string? Tool { get; init; }

    /// <summary>Exit code of the program, or the errno of the call.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The tool's own words: standard output and error, extended kernel error, last log lines.</summary>
    public string? Output { get; init; }

    /// <summary>How long the step took.</summary>
    public TimeSpan? Duration { get; init; }
}

/// <summary>Who or what a failure is about.</summary>
public enum FailureKind
{
    /// <summary>The agent or its host could not do it (500).</summary>
    Internal,

    /// <summary>A program refused the configuration it was given (422).</summary>
    Refused,

    /// <summary>The object asked for is not there (404).</summary>
    NotFound,

    /// <summary>It contradicts what is in force (409).</summary>
    Conflict,

    /// <summary>An If-Match precondition does not hold (412).</summary>
    Precondition,

    /// <summary>The host is out of something: disk space, memory, descriptors (507).</summary>
    Exhausted,

    /// <summary>Nobody who is trusted has signed it (403).</summary>
    Untrusted,

    /// <summary>It did not happen within its time limit (504).</summary>
    TimedOut,
}

/// <summary>Either a value or the failure that prevented it.</summary>
/// <typeparam name="T">What succeeds.</typeparam>
public readonly record struct Outcome<T>
{
    private readonly T? _value;

    private Outcome(T? value, Failure? failure) => (_value, Failure) = (value, failure);

    /// <summary>The failure, or null on success.</summary>
    public Failure? Failure { get; }

    /// <summary>True when there is a value.</summary>
    public bool Ok => Failure is null;

    /// <summary>The value.</summary>
    /// <exception cref="InvalidOperationException">There is a failure instead.</exception>
    public T Value => Failure is null ? _value! : throw new InvalidOperationException(Failure.Message);

    /// <summary>A success.</summary>
    public static implicit operator Outcome<T>(T value) => new(value, null);

    /// <summary>A failure.</summary>
    public static implicit operator Outcome<T>(Failure failure) => new(default, failure);
}

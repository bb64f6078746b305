// When to ask an agent again, and what cannot get better by asking.
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;

namespace Amphora.Controller.Drivers.AmphoraAgent;

/// <summary>How long anything on the way to an agent may take.</summary>
internal sealed record AgentTimeouts
{
    /// <summary>Everything asked of one agent, retries included.</summary>
    public required TimeSpan Overall { get; init; }

    /// <summary>TCP connection and TLS handshake.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>True when the request cannot have arrived.</summary>
    public static bool IsBeforeTheRequest(HttpRequestException exception) =>
        exception.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError or HttpRequestError.NameResolutionError;

    /// <summary>Wait before the second attempt; doubles with each further one.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest wait between two attempts.</summary>
    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromSeconds(5);
}

/// <summary>Sorts errors of a connection and spaces the attempts.</summary>
internal static class RetryPolicy
{
    /// <summary>What to do about an exception of the HTTP client.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <param name="mayRepeat">True when the request may arrive twice.</param>
    public static RetryVerdict Judge(HttpRequestException exception, bool mayRepeat)
    {
        if (FindCause<AuthenticationException>(exception) is not null || IsTlsAlert(exception))
        {
            return RetryVerdict.Unverified;
        }

        // No such name: another look-up says the same. A name server that is away (TryAgain) is another matter.
        if (FindCause<SocketException>(exception) is { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData })
        {
            return RetryVerdict.Unreachable;
        }

        return exception.HttpRequestError switch
        {
            HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded or HttpRequestError.VersionNegotiationError => RetryVerdict.Unverified,
            _ => mayRepeat || IsBeforeTheRequest(exception) ? RetryVerdict.Again : RetryVerdict.Unreachable,
        };
    }

    /// <summary>True when the request cannot have arrived.</summary>
    public static bool IsBeforeTheRequest(HttpRequestException exception) =>
        exception.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError or HttpRequestError.NameResolutionError;

    /// <summary>Wait before the next attempt: doubles, and half of it is random so that many clients spread out.</summary>
    public static TimeSpan DelayAfter(int attempt, AgentTimeouts timeouts)
    {
        var longest = Math.Min(timeouts.FirstDelay.TotalMilliseconds * Math.Pow(2, Math.Min(attempt - 1, 30)), timeouts.LongestDelay.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(longest * (0.5 + (RandomNumberGenerator.GetInt32(500) / 1000.0)));
    }

    /// <summary>True for the answer of somebody who may be ready in a moment: an agent that boots, or a port that is still to be plugged
    /// into the amphora (driver-calls §2).</summary>
    public static bool MayPass(AgentError refusal) => refusal.Status == (int)HttpStatusCode.ServiceUnavailable
        || (refusal.Status == (int)HttpStatusCode.NotFound && refusal.Problem?.Title.Contains("No suitable network interface found", StringComparison.Ordinal) == true);

    /// <summary>The words nearest to the cause.</summary>
    public static string Reason(Exception exception)
    {
        while (exception.InnerException is { } inner && exception is not SocketException)
        {
            exception = inner;
        }

        return exception.Message;
    }

    // An alert that arrives after the handshake (TLS 1.3: our certificate was refused) is an IOException around OpenSSL's own.
    private static bool IsTlsAlert(Exception exception) =>
        FindCause<IOException>(exception) is { InnerException: { } inner } && inner is not (IOException or SocketException or OperationCanceledException or ObjectDisposedException);

    private static T? FindCause<T>(Exception? exception)
        where T : Exception
    {
        while (exception is not null and not T)
        {
            exception = exception.InnerException;
        }

        return exception as T;
    }
}

/// <summary>What an error means for the next attempt.</summary>
internal enum RetryVerdict
{
    /// <summary>It may work in a moment.</summary>
    Again,

    /// <summary>It cannot be reached, and not in a moment either.</summary>
    Unreachable,

    /// <summary>It is not who it should be, or does not take us for who we are.</summary>
    Unverified,
}

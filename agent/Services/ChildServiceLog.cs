// What happens to supervised children, for the agent's log.
using Amphora.Contract;

namespace Amphora.Agent.Services;

/// <summary>Log events of the supervisor, ids 700 to 799.</summary>
internal sealed partial class ChildServiceLog(ILogger<ChildServiceLog> logger)
{
    [LoggerMessage(700, LogLevel.Information, "{Unit}: adopted the running process {Pid}")]
    public partial void Adopted(string unit, int pid);

    [LoggerMessage(701, LogLevel.Warning, "{Unit}: process {Pid} ended by itself with exit code {ExitCode}; it said: {Output}")]
    public partial void Died(string unit, int pid, int? exitCode, string output);

    /// <summary>A restart after a death.</summary>
    public void Restarted(string unit, int attempt, Failure? failure)
    {
        if (failure is null)
        {
            RestartDone(unit, attempt);
        }
        else
        {
            RestartFailed(unit, attempt, failure.Message, failure.Output);
        }
    }

    [LoggerMessage(705, LogLevel.Error, "{Unit}: {Reason}")]
    public partial void Unreadable(string unit, string reason);

    [LoggerMessage(703, LogLevel.Information, "{Unit}: started again, attempt {Attempt}")]
    private partial void RestartDone(string unit, int attempt);

    [LoggerMessage(704, LogLevel.Error, "{Unit}: attempt {Attempt}: {Reason}; it said: {Output}")]
    private partial void RestartFailed(string unit, int attempt, string reason, string? output);
}

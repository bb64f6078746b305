// How a new agent proves itself: it has answered a request.
using Amphora.Agent.Actions;
using Amphora.Contract.Rest;
using Amphora.Linux.Files;

namespace Amphora.Agent.Upgrade;

/// <summary>Every request is mutually authenticated and has come over the socket the agent before left behind, so one that was answered says
/// that controllers reach this agent.</summary>
internal sealed partial class Confirmation(UpgradeOptions options, UpgradeStore store, RunningProgram program, ILogger<Confirmation> logger)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private int _isOver;

    /// <summary>A trial begins: the file is there, and empty. It is gone after a reboot, and the trial with it.</summary>
    public static void Open(string file) => AtomicFile.Replace(file, [], OwnerOnly);

    /// <summary>True when a trial has begun in this boot.</summary>
    public static bool IsOpen(string file) => File.Exists(file);

    /// <summary>The binary that has answered a request in this boot, as the guard reads it; null or empty: none.</summary>
    public static string? Read(string file) => File.Exists(file) ? File.ReadAllText(file) : null;

    /// <summary>Looks at the answer of a request, until there was one that counts.</summary>
    public void Watch(HttpContext context)
    {
        if (_isOver == 0)
        {
            context.Response.OnCompleted(() => context.Response.StatusCode < StatusCodes.Status500InternalServerError ? AnsweredAsync() : Task.CompletedTask);
        }
    }

    private async Task AnsweredAsync()
    {
        if (Interlocked.Exchange(ref _isOver, 1) == 0 && store.Read() is { State: UpgradeState.Trying } upgrade
            && upgrade.Sha256 == await program.Sha256Async(CancellationToken.None)
            && OperatingSystemFailure.Try(
                "confirm the upgrade",
                () => AtomicFile.Replace(options.Confirmation, System.Text.Encoding.ASCII.GetBytes(upgrade.Sha256), OwnerOnly)) is { } failure)
        {
            Log.NotConfirmed(logger, failure.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1000, LogLevel.Error, "{Reason}")]
        public static partial void NotConfirmed(ILogger logger, string reason);
    }
}

// What the process says to whoever called it.
namespace Amphora.Controller.Cli;

/// <summary>Exit codes, worst last among those of several agents. README and --help list the same.</summary>
internal enum ExitCode
{
    /// <summary>Done.</summary>
    Done = 0,

    /// <summary>A bug of this program.</summary>
    Bug = 1,

    /// <summary>The command line, or a file it names, is wrong.</summary>
    Usage = 2,

    /// <summary>An agent refused, or the document has faults.</summary>
    Refused = 3,

    /// <summary>An agent cannot be reached or verified.</summary>
    NoAgent = 4,

    /// <summary>The doctor found something to look at.</summary>
    Warned = 5,

    /// <summary>SIGINT.</summary>
    Interrupted = 130,

    /// <summary>SIGTERM.</summary>
    Terminated = 143,
}

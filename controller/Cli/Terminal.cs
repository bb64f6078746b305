// Where the command line prints: results to one stream, everything else to the other.
namespace Amphora.Controller.Cli;

/// <summary>The two streams of the process.</summary>
/// <param name="Out">Results.</param>
/// <param name="Error">Errors and progress.</param>
/// <param name="IsLive">True when <paramref name="Error"/> is a terminal that can redraw a line.</param>
internal sealed record Terminal(TextWriter Out, TextWriter Error, bool IsLive)
{
    /// <summary>The process' own.</summary>
    public static Terminal Open() => new(
        Console.Out,
        Console.Error,
        !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb"));
}

// amphora-agent replay: what today's planner decides where a journal says what was decided then.
using Amphora.Agent.Journal.Reading;

namespace Amphora.Agent.Replay;

/// <summary>What was asked for.</summary>
/// <param name="File">The journal; <c>-</c>: standard input.</param>
/// <param name="IsJson">One JSON object instead of lines for people.</param>
internal sealed record ReplayRequest(string File, bool IsJson);

/// <summary>Front door of the slice: a program of its own beside the agent. It needs no root and touches nothing.</summary>
internal static class ReplaySlice
{
    private const int Same = 0;
    private const int Different = 1;
    private const int Unusable = 2;

    /// <summary>Looks at the chain, makes every decision again, and says where it is another one.</summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="input">Standard input.</param>
    /// <param name="output">For the result.</param>
    /// <param name="error">For what makes the file unusable.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>0: every decision is the same; 1: some are not; 2: the file cannot be read, or its chain is broken.</returns>
    public static async Task<int> RunAsync(ReplayRequest request, Stream input, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = request.File == "-" ? input : File.OpenRead(request.File);
            var report = await Replayer.RunAsync(new JournalReader(file), cancellationToken);
            await output.WriteAsync(request.IsJson ? ReplayPrinter.Json(report) : ReplayPrinter.Text(report));
            if (report.Broken is { } broken)
            {
                await error.WriteLineAsync($"Error: line {broken.Line} of {request.File}: {broken.Reason}");
            }

            return report.Broken is not null ? Unusable : report.Same == report.Plans ? Same : Different;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync($"Error: cannot read {request.File}: {exception.Message}");
            return Unusable;
        }
    }
}

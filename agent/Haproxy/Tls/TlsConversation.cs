// Asks and tells a running HAProxy about certificate files (management guide §9.3, `… ssl …`).
using System.Text;
using Amphora.Agent.Haproxy.Runtime;
using Amphora.Contract;

namespace Amphora.Agent.Haproxy.Tls;

/// <summary>Over a conversation that may change what runs.</summary>
/// <param name="conversation">With the process.</param>
/// <param name="directory">Where the seats are.</param>
internal sealed class TlsConversation(HaproxyConversation conversation, string directory)
{
    private const string Success = "Success!";

    // HAProxy prompts for each line of a content.
    private static readonly char[] s_prompts = [' ', '+', '\n'];

    /// <summary>What is told for a step, without the content, for people.</summary>
    public static ValueList<string> Commands(TlsStep step)
    {
        var name = step.Seat.Name;
        return step.Action switch
        {
            TlsAction.Add => [$"new ssl cert {name}", $"set ssl cert {name}", $"commit ssl cert {name}", $"add ssl crt-list {step.List} {name}"],
            TlsAction.Remove => [$"del ssl crt-list {step.List} {name}", $"del ssl cert {name}"],
            _ => [$"set ssl cert {name}", $"commit ssl cert {name}"],
        };
    }

    /// <summary>What the process has behind each name.</summary>
    public async Task<Outcome<TlsAnswers>> ReadAsync(TlsFiles files, CancellationToken cancellationToken)
    {
        var identities = new Dictionary<string, string>(StringComparer.Ordinal);
        var lists = new Dictionary<string, ValueList<string>>(StringComparer.Ordinal);
        foreach (var list in files.Lists)
        {
            var answer = await AskAsync($"show ssl crt-list {At(list.Name)}", cancellationToken);
            if (answer.Failure is { } failure)
            {
                return failure;
            }

            // Entries only; HAProxy's words when there is no such list begin with no path.
            lists[list.Name] = [.. answer.Value.Split('\n').Where(static line => line.StartsWith('/')).Select(static line => Path.GetFileName(line.Split(' ')[0]))];
        }

        foreach (var seat in files.Seats)
        {
            var answer = await AskAsync($"show ssl {Word(seat.Kind)} {At(seat.Name)}", cancellationToken);
            if (answer.Failure is { } failure)
            {
                return failure;
            }

            identities[seat.Name] = TlsIdentity.OfAnswer(seat.Kind, answer.Value);
        }

        return new TlsAnswers(identities, lists);
    }

    /// <summary>Does the steps.</summary>
    /// <returns>The first thing HAProxy did not do; null: all is done.</returns>
    public async Task<Failure?> TakeAsync(ValueList<TlsStep> steps, CancellationToken cancellationToken)
    {
        foreach (var step in steps)
        {
            var failure = step.Action switch
            {
                TlsAction.Add => await AddAsync(step, cancellationToken),
                TlsAction.Remove => await RemoveAsync(step, cancellationToken),
                _ => await SetAsync(step.Seat, cancellationToken),
            };
            if (failure is not null)
            {
                return failure;
            }
        }

        return null;
    }

    // A name that was added and not listed, as a change was cut off, is there already: its content comes next.
    private async Task<Failure?> AddAsync(TlsStep step, CancellationToken cancellationToken) =>
        (await conversation.TellAsync($"new ssl cert {At(step.Seat.Name)}", cancellationToken)).Failure
        ?? await SetAsync(step.Seat, cancellationToken)
        ?? await TellAsync($"add ssl crt-list {At(step.List!)} {At(step.Seat.Name)}", Success, cancellationToken);

    private async Task<Failure?> RemoveAsync(TlsStep step, CancellationToken cancellationToken) =>
        await TellAsync($"del ssl crt-list {At(step.List!)} {At(step.Seat.Name)}", "deleted", cancellationToken)
        ?? await TellAsync($"del ssl cert {At(step.Seat.Name)}", "deleted", cancellationToken);

    private async Task<Failure?> SetAsync(TlsSeat seat, CancellationToken cancellationToken)
    {
        if (TlsReader.Content(seat) is not { } content)
        {
            return Failed($"set ssl cert {seat.Name}", $"{seat.Source} has been changed meanwhile");
        }

        var name = $"ssl cert {At(seat.Name)}";
        // An empty line ends the content.
        var lines = Encoding.UTF8.GetString(content).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var failure = await TellAsync($"set {name} <<\n{string.Join('\n', lines)}\n", "ransaction", cancellationToken) ?? await TellAsync($"commit {name}", Success, cancellationToken);
        if (failure is not null)
        {
            _ = await conversation.TellAsync($"abort {name}", cancellationToken);
        }

        return failure;
    }

    private async Task<Failure?> TellAsync(string command, string done, CancellationToken cancellationToken)
    {
        var answer = await conversation.TellAsync(command, cancellationToken);
        return answer.Failure ?? (answer.Value.Contains(done, StringComparison.Ordinal) ? null : Failed(command.Split(" <<")[0], answer.Value.TrimStart(s_prompts)));
    }

    private async Task<Outcome<string>> AskAsync(string command, CancellationToken cancellationToken)
    {
        var answer = await conversation.AskAsync(command, cancellationToken);
        return answer.Ok ? Encoding.UTF8.GetString(answer.Value.Span) : answer.Failure!;
    }

    private string At(string name) => Path.Combine(directory, name);

    private static string Word(TlsKind kind) => kind switch
    {
        TlsKind.Authority => "ca-file",
        TlsKind.Revocations => "crl-file",
        _ => "cert",
    };

    private static Failure Failed(string command, string reason) => new("change certificates", $"cannot change a certificate while HAProxy runs: {command}: {reason}") { Tool = "haproxy" };
}

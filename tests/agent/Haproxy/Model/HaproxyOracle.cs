// HAProxy itself says how it splits a line.
using System.Text.RegularExpressions;
using Amphora.Fixtures;
using Amphora.Fixtures.Programs;
using Xunit;

namespace Amphora.Agent.Tests.Haproxy.Model;

/// <summary>Asks <c>haproxy -c</c>. Its directive <c>.notice</c> prints its only argument, and complains of a second one by name: behind
/// <c>.notice</c> a text shows its second word, or its only one; behind <c>.notice x</c> its first.</summary>
internal static partial class HaproxyOracle
{
    // It gives up after 50 lines that it refuses.
    private const int LinesARun = 40;

    // Its first line makes it split twice, to find how much room the words need, and the first time destroys the default of a variable.
    private static readonly string s_firstLine = $".notice {new string('x', 2000)}\n";

    /// <summary>Of each text the first two words; null for a text that HAProxy refuses. A word that is not there is empty.</summary>
    public static async Task<IReadOnlyList<(string First, string Second)?>> FirstTwoWordsAsync(
        IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        var words = new List<(string, string)?>();
        foreach (var chunk in texts.Chunk(LinesARun / 2))
        {
            var said = await RunAsync([.. chunk.SelectMany(text => (string[])[$".notice x {text}", $".notice {text}"])], cancellationToken);
            for (var i = 0; i < chunk.Length; i++)
            {
                var (withX, alone) = (said[2 * i], said[(2 * i) + 1]);
                words.Add(withX is null || alone is null ? null : (withX.Second ?? "", alone.Second ?? ""));
            }
        }

        return words;
    }

    // What it said of each line: null for one it refuses, else the second argument, which is null when there is none.
    private static async Task<IReadOnlyList<Said?>> RunAsync(string[] lines, CancellationToken cancellationToken)
    {
        using var folder = new TestFolder();
        var file = folder.Write("haproxy.cfg", s_firstLine + string.Join('\n', lines) + "\n");
        var result = await HaproxyProcess.CheckAsync(null, [file], cancellationToken);
        var said = new Said?[lines.Length];
        var heard = new bool[lines.Length];
        var messages = Message().Matches(result.Errors);
        for (var i = 0; i < messages.Count; i++)
        {
            var end = i + 1 < messages.Count ? messages[i + 1].Index : result.Errors.Length;
            var text = result.Errors[(messages[i].Index + messages[i].Length)..end];
            var line = int.Parse(messages[i].Groups[1].Value, provider: null) - 2;
            if (line < 0)
            {
                continue;
            }

            heard[line] = true;
            said[line] = Unexpected().Match(text) is { Success: true } unexpected ? new Said(unexpected.Groups[1].Value)
                : text.StartsWith('\'') ? new Said(null)
                : null;
        }

        Assert.True(heard.All(isHeard => isHeard), result.Errors);
        return said;
    }

    [GeneratedRegex(@"\[(?:NOTICE|ALERT)\] +\([0-9]+\) : config : parsing \[[^\]]*haproxy\.cfg:([0-9]+)\]: ")]
    private static partial Regex Message();

    [GeneratedRegex(@"\AUnexpected argument '(.*)' for '\.notice'\. Use quotes", RegexOptions.Singleline)]
    private static partial Regex Unexpected();

    private sealed record Said(string? Second);
}

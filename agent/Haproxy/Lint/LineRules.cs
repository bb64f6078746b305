// Rules of one line that its shape cannot say, and the words for what a shape says.
using Amphora.Agent.Haproxy.Lint.Shapes;
using Amphora.Agent.Haproxy.Model;

namespace Amphora.Agent.Haproxy.Lint;

/// <summary>Each answers the rule that is broken, or null.</summary>
internal static class LineRules
{
    private const int MostExpected = 3;

    /// <summary>What must not be in any line, be it a comment.</summary>
    public static string? OfText(HaproxyLine line) => line.Marks switch
    {
        var marks when marks.HasFlag(LineMarks.Nul) => "has a NUL character",
        var marks when marks.HasFlag(LineMarks.HiddenText) => "has a carriage return, behind which HAProxy reads nothing",
        var marks when marks.HasFlag(LineMarks.OpenQuote) => "has a quote that does not close",
        var marks when marks.HasFlag(LineMarks.BadHex) => @"has a \x without two hexadecimal digits",
        var marks when marks.HasFlag(LineMarks.BadVariable) => "has a $ in double quotes that begins no variable",
        var marks when marks.HasFlag(LineMarks.Expansion) => "has a variable of the environment",
        _ => null,
    };

    /// <summary>What words of a line of the right shape must not say together.</summary>
    public static string? OfWords(HaproxyLine line) => line[0].Value switch
    {
        "redirect" => OfRedirect(line),
        "server" => OfServer(line),
        _ => null,
    };

    /// <summary>How a line differs from the shapes it could have: those it has for longest.</summary>
    public static string Say(HaproxyLine line, params IReadOnlyCollection<ShapeMiss> misses)
    {
        var word = misses.Max(static miss => miss.Word);
        string[] expected = [.. misses.Where(miss => miss.Word == word).Select(static miss => miss.Expected).Distinct()];
        var what = string.Join(" or ", expected.Take(MostExpected)) + (expected.Length > MostExpected ? " or …" : "");
        return word < line.Count ? $"word {word + 1} has to be {what}" : $"ends where there has to be {what}";
    }

    // A # in the URL makes upstream's line end before its `if` (UD2). HAProxy then redirects all requests, as it does behind a stock agent.
    private static string? OfRedirect(HaproxyLine line) =>
        line.Marks.HasFlag(LineMarks.Comment) || line.Contains("if") ? null : "ends where there has to be `if`: it would redirect every request";

    private static string? OfServer(HaproxyLine line)
    {
        // The agent's own, in what HAProxy runs: whose the server is (SlotComment). No template writes one here, so a tenant's # did.
        if (line.Marks.HasFlag(LineMarks.Comment))
        {
            return "has a comment, which would say whose server it is";
        }

        // I1: `verify none` out of a cipher list would switch off what a ca-file is for. That of check-ssl is upstream's (UD3).
        if (!line.Contains("ca-file"))
        {
            return null;
        }

        for (var i = 1; i + 1 < line.Count; i++)
        {
            if (line[i].Is("verify") && line[i + 1].Is("none") && !line[i - 1].Is("check-ssl"))
            {
                return "has a ca-file, and `verify none`, with which it is not used";
            }
        }

        return null;
    }
}

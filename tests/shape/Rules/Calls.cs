// What code may not say: native calls outside agent/linux, blocking, catching everything.
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Amphora.Shape.Tests.Rules;

internal static class Calls
{
    public static IEnumerable<Violation> CheckNative(SourceFile file)
    {
        if (file.Path.StartsWith("agent/linux/", StringComparison.Ordinal))
        {
            yield break;
        }

        foreach (AttributeSyntax attribute in file.Nodes<AttributeSyntax>())
        {
            if (attribute.Name.ToString().Split('.')[^1] is "DllImport" or "LibraryImport")
            {
                yield return file.Violation(attribute, "native calls live in agent/linux, where every struct is compared with the C headers.");
            }
        }

        foreach (SyntaxToken token in file.Root.DescendantTokens().Where(token => token.IsKind(SyntaxKind.UnsafeKeyword)))
        {
            yield return file.Violation(token.Parent!, "unsafe code lives in agent/linux only.");
        }
    }

    public static IEnumerable<Violation> CheckBlocking(SourceFile file)
    {
        foreach (MemberAccessExpressionSyntax access in file.Nodes<MemberAccessExpressionSyntax>())
        {
            string name = access.Name.Identifier.Text;
            string left = access.Expression.ToString();
            string? reason = (left, name) switch
            {
                ("Task" or "Task.Factory", "Run" or "StartNew") => "no Task.Run: loops are background services of Hosting, a thread that enters a namespace is its own.",
                ("Thread", "Sleep") => "no Thread.Sleep: wait for the thing itself, with a limit.",
                (_, "GetResult") when left.EndsWith("GetAwaiter()", StringComparison.Ordinal) => "no blocking on a task: await it.",
                (_, "Result" or "Wait") when IsTask(access.Expression) => "no blocking on a task: await it.",
                _ => null,
            };
            if (reason is not null)
            {
                yield return file.Violation(access, $"{access}: {reason}");
            }
        }
    }

    /// <summary>An async method takes its token last and without default, so that nobody forgets to hand it on.</summary>
    public static IEnumerable<Violation> CheckTokens(SourceFile file)
    {
        foreach (ParameterSyntax parameter in file.Nodes<ParameterSyntax>())
        {
            if (parameter.Type?.ToString() == "CancellationToken" && parameter.Default is not null)
            {
                yield return file.Violation(parameter, "CancellationToken has no default: whoever calls says what ends the wait.");
            }
        }
    }

    /// <summary>Catching everything is for the places named in <paramref name="allowed"/>; cleaning up and throwing again, or a
    /// filter that names the exceptions, is not catching everything.</summary>
    public static IEnumerable<Violation> CheckCatches(SourceFile file, IReadOnlyDictionary<string, string> allowed)
    {
        if (allowed.ContainsKey(file.Path))
        {
            yield break;
        }

        foreach (CatchClauseSyntax clause in file.Nodes<CatchClauseSyntax>())
        {
            bool everything = clause.Declaration is null || clause.Declaration.Type.ToString() is "Exception" or "System.Exception";
            bool named = clause.Filter?.DescendantNodes().Any(NamesExceptions) == true;
            bool again = clause.Block.Statements.LastOrDefault() is ThrowStatementSyntax { Expression: null };
            if (everything && !named && !again)
            {
                yield return file.Violation(clause, "catches everything: only the edge, the write queue and background loops do (style 12); name the exceptions.");
            }
        }
    }

    /// <summary><c>e is IOException</c>, or a predicate for a named set of them, as <c>OperatingSystemFailure.Is(e)</c>.</summary>
    private static bool NamesExceptions(SyntaxNode node) => node
        is IsPatternExpressionSyntax
        or BinaryExpressionSyntax { RawKind: (int)SyntaxKind.IsExpression }
        or InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.Text: "Is" } or IdentifierNameSyntax { Identifier.Text: "Is" } };

    private static bool IsTask(ExpressionSyntax expression) => expression switch
    {
        InvocationExpressionSyntax call => call.Expression.ToString().EndsWith("Async", StringComparison.Ordinal),
        IdentifierNameSyntax name => name.Identifier.Text.EndsWith("task", StringComparison.OrdinalIgnoreCase),
        ParenthesizedExpressionSyntax inner => IsTask(inner.Expression),
        _ => false,
    };
}

// On what terms a generation comes into force.
namespace Amphora.Agent.Apply.Commit;

/// <summary>When a generation is confirmed.</summary>
/// <param name="Before">The time before, to compare with; null: nobody looked, or there was nothing to see.</param>
/// <param name="ConfirmWithin">How long somebody has to confirm it; null: nobody has to.</param>
internal sealed record CommitTerms(BeforeCommit? Before, TimeSpan? ConfirmWithin)
{
    /// <summary>Of a generation that was in force and good before: it is confirmed at once.</summary>
    public static CommitTerms Proven { get; } = new(null, null) { IsOnTrial = false };

    /// <summary>False when it need not prove itself.</summary>
    public bool IsOnTrial { get; private init; } = true;
}

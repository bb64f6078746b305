// What counts as worse.
namespace Amphora.Agent.Apply.Commit;

/// <summary>The limits of a generation that is watched.</summary>
internal sealed record CommitRules
{
    /// <summary>Requests it takes, before as after, to speak of a share: one error of two is no jump.</summary>
    public const int LeastRequests = 20;

    /// <summary>Looks in a row that have to say the same: what is over after a second is no reason to go back.</summary>
    public const int LooksInARow = 3;

    /// <summary>Share of the members that were up that have to be, 0 to 1.</summary>
    public double MembersFloor { get; init; } = 0.5;

    /// <summary>By how much the share of requests that fail may grow, 0 to 1.</summary>
    public double ErrorRatio { get; init; } = 0.2;
}

// What the query of a change says.
using System.Globalization;
using Amphora.Agent.Apply.Rollback;
using Amphora.Contract;
using Amphora.Contract.Rest;

namespace Amphora.Agent.LoadBalancers;

/// <summary>Reads queries; each parameter may be there once.</summary>
internal static class ChangeQuery
{
    private const int LongestShown = 40;

    /// <summary><c>confirm_within</c> of a PUT; null: nobody has to confirm it.</summary>
    /// <param name="value">The query; null: it is not there.</param>
    /// <param name="fault">What is wrong with it; null: nothing.</param>
    public static TimeSpan? ReadConfirmWithin(string? value, out Fault? fault)
    {
        var isGood = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && seconds is >= LoadBalancerHistory.LeastConfirmWithin and <= LoadBalancerHistory.MostConfirmWithin;
        fault = value is null || isGood ? null : Wrong("range", "confirm_within", value, $"{LoadBalancerHistory.LeastConfirmWithin} to {LoadBalancerHistory.MostConfirmWithin} seconds");
        return isGood ? TimeSpan.FromSeconds(seconds) : null;
    }

    /// <summary><c>dry_run</c> of a PUT.</summary>
    /// <param name="value">The query; null: it is not there.</param>
    /// <param name="fault">What is wrong with it; null: nothing.</param>
    public static bool ReadDryRun(string? value, out Fault? fault)
    {
        fault = value is null or "true" or "false" ? null : Wrong("enum", "dry_run", value, "true or false");
        return value == "true";
    }

    /// <summary><c>to</c> and <c>ports</c> of a rollback.</summary>
    /// <param name="to">The query; null: it is not there.</param>
    /// <param name="ports">The query; null: it is not there.</param>
    public static (RollbackRequest? Request, ValueList<Fault> Faults) ReadRollback(string? to, string? ports)
    {
        var faults = new List<Fault>();
        var sequence = 0L;
        if (to is not null && !(long.TryParse(to, NumberStyles.None, CultureInfo.InvariantCulture, out sequence) && sequence > 0))
        {
            faults.Add(Wrong("pattern", "to", to, "the sequence of an entry of the history, a whole number from 1 on"));
        }

        if (ports is not (null or "true" or "false"))
        {
            faults.Add(Wrong("enum", "ports", ports, "true or false"));
        }

        return faults.Count == 0 ? (new RollbackRequest(to is null ? null : sequence, ports == "true"), []) : (null, faults.ToValueList());
    }

    private static Fault Wrong(string rule, string name, string value, string expected) =>
        new("", rule, $"{name} is \"{(value.Length <= LongestShown ? value : value[..LongestShown] + "…")}\"; it has to be {expected}");
}

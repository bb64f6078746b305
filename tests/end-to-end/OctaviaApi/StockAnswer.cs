// What Octavia's own agent, Debian's 11.0.0, answers where it does not answer as the row says.
namespace Amphora.EndToEnd.Tests.OctaviaApi;

/// <summary>A difference, checked when the rows are held against that agent.</summary>
/// <param name="Why">For people.</param>
/// <param name="Status">Its status; null: the row is not sent to it.</param>
/// <param name="Contains">Something its body contains.</param>
/// <param name="Since">The release from which on Octavia's agent answers as the row says; null: none does, ours differs on purpose.</param>
internal sealed record StockAnswer(string Why, int? Status, string Contains, string? Since)
{
    /// <summary>Ours differs on purpose.</summary>
    public static StockAnswer Differs(string why, int status, string contains = "") => new(why, status, contains, null);

    /// <summary>Ours differs on purpose, and after the row a stock agent could not be asked the others.</summary>
    public static StockAnswer NotSent(string why) => new(why, null, "", null);

    /// <summary>Newer releases answer as ours.</summary>
    public static StockAnswer Before(string since, string why, int status, string contains = "") => new(why, status, contains, since);
}

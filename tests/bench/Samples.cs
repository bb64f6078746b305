// Repeated measurements of one thing.
using System.Globalization;

namespace Amphora.Bench;

/// <summary>Numbers measured again and again; on a noisy machine the median says more than the mean.</summary>
internal sealed class Samples
{
    private readonly List<double> _values = [];

    public int Count => _values.Count;

    public double Median
    {
        get
        {
            double[] sorted = [.. _values.Order()];
            return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
        }
    }

    /// <summary>Of a hundred values, one is larger.</summary>
    public double Tail => _values.Order().ElementAt((int)Math.Ceiling(_values.Count * 0.99) - 1);

    public void Add(double value) => _values.Add(value);

    public void Add(TimeSpan time) => Add(time.TotalMilliseconds);

    /// <summary>Median, least and most, as cells of a row.</summary>
    public string[] ToCells() => [Format(Median), Format(_values.Min()), Format(_values.Max()), $"{Count}"];

    public static string Format(double value) => value.ToString(Math.Abs(value) < 10 ? "0.0" : "0", CultureInfo.InvariantCulture);
}

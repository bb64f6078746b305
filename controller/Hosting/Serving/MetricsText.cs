// Pure: metrics as Prometheus reads them (text exposition format 0.0.4).
using System.Globalization;
using System.Text;

namespace Amphora.Controller.Hosting.Serving;

/// <summary>Writes families of metrics, one after the other.</summary>
internal sealed class MetricsText
{
    private readonly StringBuilder _text = new();

    /// <summary>The text.</summary>
    public override string ToString() => _text.ToString();

    /// <summary>Something that only grows.</summary>
    public void Counter(string name, string help, params IEnumerable<(string Labels, double Value)> samples) => Family(name, "counter", help, samples);

    /// <summary>Something that is what it is.</summary>
    public void Gauge(string name, string help, params IEnumerable<(string Labels, double Value)> samples) => Family(name, "gauge", help, samples);

    /// <summary>Labels of a sample; values are words of this program.</summary>
    public static string Labels(params IEnumerable<(string Name, string Value)> labels) =>
        $"{{{string.Join(',', labels.Select(static label => $"{label.Name}=\"{label.Value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\""))}}}";

    private void Family(string name, string type, string help, IEnumerable<(string Labels, double Value)> samples)
    {
        _text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {type}\n");
        foreach (var (labels, value) in samples)
        {
            _text.Append(CultureInfo.InvariantCulture, $"{name}{labels} {value}\n");
        }
    }
}

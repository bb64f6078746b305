// How a directive may look.
using Amphora.Agent.Haproxy.Model;
using Amphora.Contract;

namespace Amphora.Agent.Haproxy.Lint.Shapes;

/// <summary>One row of a table.</summary>
internal sealed class DirectiveShape
{
    private readonly string _text;
    private readonly ValueList<ShapePart> _parts;
    private readonly ValueList<ValueList<ShapePart>> _options;

    private DirectiveShape(string shape, string[] options, bool isOnce)
    {
        FirstWord = shape.Split(' ')[0];
        IsOnce = isOnce;
        _text = shape;
        _parts = ShapeSyntax.Parse(shape);
        _options = options.Select(ShapeSyntax.Parse).ToValueList();
    }

    /// <summary>The directive.</summary>
    public string FirstWord { get; }

    /// <summary>True when a section has at most one such line.</summary>
    public bool IsOnce { get; }

    /// <summary>A directive that a section has at most once.</summary>
    /// <param name="shape">Its words.</param>
    /// <param name="options">What may follow them, each at most once, in any order.</param>
    public static DirectiveShape Once(string shape, params string[] options) => new(shape, options, isOnce: true);

    /// <summary>A directive that may stand in a section as often as one likes.</summary>
    /// <inheritdoc cref="Once"/>
    public static DirectiveShape Many(string shape, params string[] options) => new(shape, options, isOnce: false);

    /// <summary>Where a line leaves the shape; null when it has it.</summary>
    public ShapeMiss? Miss(HaproxyLine line, LintPlace place)
    {
        var match = new ShapeMatch(line, place);
        var at = match.Take(_parts, 0);
        if (at >= 0 && _options.Count > 0)
        {
            at = match.TakeOptions(_options, at);
        }

        return at == line.Count ? null
            : match.Furthest is { } furthest && furthest.Word >= at ? furthest
            : new ShapeMiss(at, "the end of the line");
    }

    /// <summary>As it is written in the table, without options.</summary>
    public override string ToString() => _text;
}

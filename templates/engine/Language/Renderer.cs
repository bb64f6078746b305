// The front door of the language: a template, a model and an encoder become a text or faults.
using Amphora.Contract;
using Amphora.Templates.Encoding;

namespace Amphora.Templates.Language;

/// <summary>Renders templates.</summary>
public static class Renderer
{
    /// <summary>Renders the template <paramref name="name"/>. Every printed value passes <paramref name="encoder"/>; text of the
    /// template does not. A refused value prints nothing and becomes a fault, and the rendering goes on to find the others.</summary>
    /// <exception cref="TemplateException">The template is wrong, or exceeds a limit.</exception>
    public static RenderedText Render(TemplateSet set, string name, ITemplateObject model, IOutputEncoder encoder) =>
        Render(set, name, model, encoder, RenderLimits.Default);

    /// <inheritdoc cref="Render(TemplateSet, string, ITemplateObject, IOutputEncoder)"/>
    public static RenderedText Render(TemplateSet set, string name, ITemplateObject model, IOutputEncoder encoder, RenderLimits limits)
    {
        var template = set.Get(name);
        var context = new RenderContext(set, model, encoder, limits);
        template.Body.Run(context);
        return context.Printer.Faults is { Count: > 0 } faults
            ? new RenderedText(null, [.. faults])
            : new RenderedText(context.Output.ToString(), []);
    }
}

/// <summary>The outcome of rendering one template.</summary>
/// <param name="Text">The text; null when there are faults.</param>
/// <param name="Faults">Each value the encoder refused, once, with its JSON pointer and the rule <c>encoding</c>.</param>
public sealed record RenderedText(string? Text, ValueList<Fault> Faults);

/// <summary>What a rendering may use, so that no template runs away.</summary>
public sealed record RenderLimits
{
    /// <summary>The limits of <see cref="Renderer.Render(TemplateSet, string, ITemplateObject, IOutputEncoder)"/>.</summary>
    public static RenderLimits Default { get; } = new();

    /// <summary>Turns of all loops together.</summary>
    public int Iterations { get; init; } = 2_000_000;

    /// <summary>Templates and functions within each other.</summary>
    public int Depth { get; init; } = 50;

    /// <summary>Characters written.</summary>
    public int OutputLength { get; init; } = 32 * 1024 * 1024;
}

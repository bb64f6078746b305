// Renders a template of a test.
using Amphora.Templates.Encoding;
using Amphora.Templates.Language;
using Xunit;

namespace Amphora.Templates.Tests.Language;

internal static class Rendered
{
    public static string Text(string template, ITemplateObject? model = null, IOutputEncoder? encoder = null)
    {
        var rendered = Render(template, model, encoder);
        Assert.Empty(rendered.Faults);
        return rendered.Text!;
    }

    public static RenderedText Render(string template, ITemplateObject? model = null, IOutputEncoder? encoder = null, RenderLimits? limits = null) =>
        Renderer.Render(
            TemplateSet.Of(Template.Parse("test.sbn", template)),
            "test.sbn",
            model ?? new TemplateRecord(null),
            encoder ?? HaproxyEncoder.Instance,
            limits ?? RenderLimits.Default);
}

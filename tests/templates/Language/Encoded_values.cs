// What the engine adds to Scriban: values pass the encoder, template text does not, and a refusal has a path.
using Amphora.Templates.Encoding;
using Amphora.Templates.Language;
using Xunit;
using static Amphora.Templates.Tests.Language.Rendered;

namespace Amphora.Templates.Tests.Language;

public sealed class Encoded_values
{
    private static readonly TemplateRecord Model = new("")
    {
        { "name", "web" },
        { "odd", "it's #1" },
        { "number", 7L },
        { "flag", true },
        { "evil", "a\nb" },
        { "list", new[] { "a b", "c" } },
        { "evils", new[] { "fine", "\u0007" } },
        { "listener", new TemplateRecord("/listeners/0") { { "url", "x\ry" }, { "host", "h\0", "/listeners/0/l7policies/1/value" } } },
        { "ready", new EncodedText("'a b' c") },
    };

    [Theory]
    [InlineData("{{ name }} {{ number }} {{ flag }}", "web 7 true")]
    [InlineData("{{ odd }}", @"'it'\''s #1'")]
    [InlineData("x'{{ 'y' }}'", "x'y'")]
    [InlineData("{{ 'a b' }}", "a b")]
    [InlineData("{{ 'id ' + name }}", "'id web'")]
    [InlineData("{{ 'id ' + number + ';' }}", "id 7;")]
    [InlineData("{{ x = odd; x }}", @"'it'\''s #1'")]
    [InlineData("{{ odd | string.upcase }}", @"'IT'\''S #1'")]
    [InlineData("{{ 'a b' | string.upcase }}", "A B")]
    [InlineData("{{ list | array.join ' ' }}", "'a b c'")]
    [InlineData("{{ for x in list }}{{ x }} {{ end }}", "'a b' c ")]
    [InlineData("{{ capture x }}w {{ odd }}{{ end }}{{ x }}", @"w 'it'\''s #1'")]
    [InlineData("{{ ready }}", "'a b' c")]
    [InlineData("{{ ready + ' d' }}", "'a b' c d")]
    [InlineData("{{ haproxy.word 'max-age=' number '; x' }}", "'max-age=7; x'")]
    [InlineData("{{ haproxy.fetch 'req.hdr' name }}", "req.hdr(web)")]
    [InlineData("{{ haproxy.fetch 'req.hdr' odd }}", @"'req.hdr(""it'\''s #1"")'")]
    [InlineData("{{ '50% #' | haproxy.format }}", "'50%% #'")]
    [InlineData("{{ odd | string.slice 5 | haproxy.format }}", "'#1'")]
    public void Values_are_encoded_and_template_text_is_not(string template, string expected) => Assert.Equal(expected, Text(template, Model));

    [Theory]
    [InlineData("{{ evil }}", "/evil")]
    [InlineData("{{ evil | string.append 'x' }}", "/evil")]
    [InlineData("{{ y = evil; y + name }}", "/evil")]
    [InlineData("{{ name + evil + odd }}", "/evil")]
    [InlineData("{{ listener.url }}", "/listeners/0/url")]
    [InlineData("{{ listener['url'] }}", "/listeners/0/url")]
    [InlineData("{{ listener.host }}", "/listeners/0/l7policies/1/value")]
    [InlineData("{{ for x in evils }}{{ x }}{{ end }}", "/evils/1")]
    [InlineData("{{ evils | array.join ',' }}", "/evils/1")]
    [InlineData("{{ haproxy.word name evil }}", "/evil")]
    [InlineData("{{ haproxy.fetch 'req.hdr' evil }}", "/evil")]
    [InlineData("{{ evil | haproxy.format }}", "/evil")]
    [InlineData("{{ func f(a); ret a; end; f evil }}", "/evil")]
    [InlineData("{{ evil }}{{ evil }}", "/evil")]
    [InlineData("{{ evil ?? name }}", "/evil")]
    [InlineData("{{ name == 'web' ? evil : name }}", "/evil")]
    [InlineData("{{ evil | string.split 'x' | array.first }}", "/evil")]
    public void A_refused_value_is_a_fault_with_its_path(string template, string path)
    {
        var rendered = Render(template, Model);

        Assert.Null(rendered.Text);
        var fault = Assert.Single(rendered.Faults);
        Assert.Equal((path, "encoding"), (fault.Path, fault.Rule));
    }
}

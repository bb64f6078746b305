// Wrong templates: the place and the reason.
using Amphora.Templates.Language;
using Xunit;
using static Amphora.Templates.Tests.Language.Rendered;

namespace Amphora.Templates.Tests.Language;

public sealed class Template_errors
{
    private static readonly TemplateRecord Model = new("")
    {
        { "name", "web" },
        { "odd", "a b" },
        { "n", 5L },
        { "nothing", null },
        { "list", new[] { "a", "b" } },
        { "o", new TemplateRecord("/o") { { "x", 1L } } },
    };

    [Theory]
    [InlineData("{{ name", 1, 3, "}} is missing")]
    [InlineData("a\n {{ name", 2, 4, "}} is missing")]
    [InlineData("{{ 'abc }}", 1, 4, "string has no end")]
    [InlineData("{{ ## abc }}", 1, 4, "comment has no end")]
    [InlineData("{{ 'a\\q' }}", 1, 6, "no escape")]
    [InlineData("{{ '\\u00g0' }}", 1, 5, "no escape")]
    [InlineData("{{ name }", 1, 9, "cannot stand here")]
    [InlineData("{{ n & 1 }}", 1, 6, "cannot stand here")]
    [InlineData("{{ 0x10 }}", 1, 4, "decimal")]
    [InlineData("{{ 9223372036854775808 }}", 1, 4, "64 bits")]
    [InlineData("{{ $ }}", 1, 4, "name is missing")]
    [InlineData("{%{ {{ }} }%}", 1, 1, "escape blocks")]
    [InlineData("{{ if name }}a", 1, 4, "this if has no end")]
    [InlineData("x\n{{ for i in list }}a{{ else }}b", 2, 4, "this for has no end")]
    [InlineData("a{{ end }}", 1, 5, "without a beginning")]
    [InlineData("{{ else }}", 1, 4, "without a beginning")]
    [InlineData("{{ if name }}a{{ else }}b{{ else }}c{{ end }}", 1, 4, "this if has no end")]
    [InlineData("{{ if }}a{{ end }}", 1, 7, "value is missing")]
    [InlineData("{{ if name name2 = 1 }}a{{ end }}", 1, 18, "parentheses")]
    [InlineData("{{ 1 + }}", 1, 8, "value is missing")]
    [InlineData("{{ 1 +\n 2 }}", 1, 7, "value is missing")]
    [InlineData("{{ (1 }}", 1, 7, ") is missing")]
    [InlineData("{{ [1 }}", 1, 7, ", is missing")]
    [InlineData("{{ name. }}", 1, 10, "name of a member")]
    [InlineData("{{ x = }}", 1, 8, "value is missing")]
    [InlineData("{{ o.x = 5 }}", 1, 8, "only variables")]
    [InlineData("{{ end = 5 }}", 1, 4, "without a beginning")]
    [InlineData("{{ in = 5 }}", 1, 4, "cannot be the name")]
    [InlineData("{{ 1 2 }}", 1, 6, "operator is missing")]
    [InlineData("{{ string.size name > 1 }}", 1, 21, "parentheses")]
    [InlineData("{{ string.upcase name ? 1 : 2 }}", 1, 23, "parentheses")]
    [InlineData("{{ | string.upcase }}", 1, 4, "value is missing")]
    [InlineData("{{ name | 5 }}", 1, 11, "name of a function")]
    [InlineData("{{ break }}", 1, 4, "outside of a loop")]
    [InlineData("{{ for x in list; func f; continue; end; end }}", 1, 27, "outside of a loop")]
    [InlineData("{{ ret 1 }}", 1, 4, "outside of a function")]
    [InlineData("{{ for end in list }}{{ end }}", 1, 8, "cannot be the name")]
    [InlineData("{{ for x of list }}{{ end }}", 1, 10, "in is missing")]
    [InlineData("{{ for.nope }}", 1, 4, "no for.nope")]
    [InlineData("{{ case n }}x{{ when 5 }}y{{ end }}", 1, 13, "when is missing")]
    [InlineData("{{ with o }}{{ end }}", 1, 4, "not supported")]
    [InlineData("  {{ func f }}{{ end }}", 1, 6, "indented")]
    public void A_template_that_cannot_be_read_says_where(string template, int line, int column, string reason)
    {
        var error = Assert.Throws<TemplateException>(() => Template.Parse("test.sbn", template));

        Assert.Equal(("test.sbn", line, column), (error.File, error.Line, error.Column));
        Assert.Contains(reason, error.Sentence, StringComparison.Ordinal);
        Assert.StartsWith($"test.sbn({line},{column}): ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{{ nothing.x }}", 1, 11, "member x of null")]
    [InlineData("a\n{{ o.nope.x }}", 2, 10, "member x of null")]
    [InlineData("{{ nothing[0] }}", 1, 11, "null cannot be indexed")]
    [InlineData("{{ n.x }}", 1, 5, "no member x")]
    [InlineData("{{ list.first }}", 1, 8, "no member first")]
    [InlineData("{{ list['a'] }}", 1, 8, "indexed with a string")]
    [InlineData("{{ name - 1 }}", 1, 9, "does not take a string and a number")]
    [InlineData("{{ nothing < 1 }}", 1, 12, "does not take null")]
    [InlineData("{{ o == o }}", 1, 6, "comparison")]
    [InlineData("{{ 1 // 0 }}", 1, 6, "divide by zero")]
    [InlineData("{{ 1 / 0.0 }}", 1, 6, "divide by zero")]
    [InlineData("{{ 9223372036854775807 + 1 }}", 1, 24, "64 bits")]
    [InlineData("{{ -name }}", 1, 4, "needs a number")]
    [InlineData("{{ list }}", 1, 4, "a list cannot be printed")]
    [InlineData("{{ o }}", 1, 4, "an object cannot be printed")]
    [InlineData("{{ 'x' + list }}", 1, 8, "a list cannot be joined")]
    [InlineData("{{ for x in name }}{{ end }}", 1, 13, "needs a list")]
    [InlineData("{{ for.index }}", 1, 4, "outside of a loop")]
    [InlineData("{{ while true; for.last; end }}", 1, 16, "has no last")]
    [InlineData("{{ nope 1 }}", 1, 4, "no function nope")]
    [InlineData("{{ name | string.nope }}", 1, 11, "no function string.nope")]
    [InlineData("{{ name | string.append }}", 1, 11, "takes 2 arguments, not 1")]
    [InlineData("{{ name | math.ceil }}", 1, 11, "must be a number, not a string")]
    [InlineData("{{ name | string.slice name }}", 1, 11, "must be an integer, not a string")]
    [InlineData("{{ func f(a); end; f }}", 1, 20, "takes 1 argument, not 0")]
    [InlineData("{{ include 'nope.sbn' }}", 1, 4, "no template nope.sbn")]
    [InlineData("{{ include name }}", 1, 4, "written in the template")]
    [InlineData("{{ haproxy.fetch 'req.hdr' }}", 1, 4, "takes 2 arguments, not 1")]
    [InlineData("{{ x = haproxy.word name; haproxy.word x }}", 1, 27, "encoded already")]
    [InlineData("{{ (haproxy.word name) + name }}", 1, 24, "encoded already")]
    [InlineData("{{ capture x }}a{{ end }}{{ x | string.upcase }}", 1, 33, "encoded already")]
    [InlineData("x \"{{ odd }}\"", 1, 7, "inside quotes")]
    [InlineData("x '{{ odd }}'", 1, 7, "inside quotes")]
    [InlineData("x \\{{ odd }}", 1, 7, "behind a backslash")]
    [InlineData("  {{ if name }}\na{{ end }}", 1, 6, "several lines")]
    [InlineData("  {{ \"a\\nb\" }}", 1, 6, "several lines")]
    [InlineData("  {{ capture x }}\n{{ end }}", 1, 6, "several lines")]
    public void A_template_that_fails_while_running_says_where(string template, int line, int column, string reason)
    {
        var error = Assert.Throws<TemplateException>(() => Render(template, Model));

        Assert.Contains(reason, error.Sentence, StringComparison.Ordinal);
        Assert.Equal(("test.sbn", line, column), (error.File, error.Line, error.Column));
    }
}

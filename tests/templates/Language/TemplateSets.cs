// Embedded templates and the files an operator puts in their place.
using Amphora.Templates.Encoding;
using Amphora.Templates.Language;
using Xunit;

namespace Amphora.Templates.Tests.Language;

public sealed class TemplateSets : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("amphora-templates-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Embedded_templates_render_and_include_each_other()
    {
        var set = TemplateSet.Load(null, typeof(TemplateSets).Assembly);

        Assert.Equal("hello web from the assembly\npart web\n", Render(set));
        Assert.Equal(["part.sbn", "whole.sbn"], set.Names);
    }

    [Fact]
    public void A_file_of_the_same_name_replaces_the_embedded_template_also_where_it_is_included()
    {
        Write("part.sbn", "mine {{ name }}\n");

        var set = TemplateSet.Load(_directory, typeof(TemplateSets).Assembly);

        Assert.Equal("hello web from the assembly\nmine web\n", Render(set));
    }

    [Fact]
    public void A_file_with_the_name_of_no_template_is_an_error()
    {
        Write("hapoxy.sbn", "");

        var error = Assert.Throws<TemplateException>(() => TemplateSet.Load(_directory, typeof(TemplateSets).Assembly));

        Assert.Equal(Path.Combine(_directory, "hapoxy.sbn"), error.File);
        Assert.Contains("whole.sbn", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_files_of_the_directory_do_not_matter()
    {
        Write("README.md", "{{");

        Assert.Equal("hello web from the assembly\npart web\n", Render(TemplateSet.Load(_directory, typeof(TemplateSets).Assembly)));
    }

    [Fact]
    public void A_broken_file_is_found_when_loading_and_named()
    {
        Write("part.sbn", "one\n  two {{ name + }}\n");

        var error = Assert.Throws<TemplateException>(() => TemplateSet.Load(_directory, typeof(TemplateSets).Assembly));

        Assert.Equal((Path.Combine(_directory, "part.sbn"), 2, 17), (error.File, error.Line, error.Column));
    }

    [Fact]
    public void An_error_while_running_names_the_file_it_is_in()
    {
        Write("part.sbn", "{{ name.nope }}\n");
        var set = TemplateSet.Load(_directory, typeof(TemplateSets).Assembly);

        var error = Assert.Throws<TemplateException>(() => Render(set));

        Assert.Equal((Path.Combine(_directory, "part.sbn"), 1, 8), (error.File, error.Line, error.Column));
    }

    [Fact]
    public void A_directory_that_is_not_there_is_an_error() =>
        Assert.Throws<TemplateException>(() => TemplateSet.Load(Path.Combine(_directory, "nope")));

    [Fact]
    public void A_template_that_is_not_there_is_an_error() =>
        Assert.Throws<TemplateException>(() => TemplateSet.Load(null).Get("nope.sbn"));

    [Fact]
    public void The_templates_of_the_assembly_are_all_good()
    {
        var set = TemplateSet.Load(null);

        Assert.All(set.Names, name => Assert.Equal(name, set.Get(name).Name));
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_directory, name), text);

    private static string? Render(TemplateSet set) =>
        Renderer.Render(set, "whole.sbn", new TemplateRecord("") { { "name", "web" } }, HaproxyEncoder.Instance).Text;
}

// tests/golden/language/semantics.json: what each rule of the language renders. Scriban itself renders the same texts from it.
using System.Text.Json;
using Amphora.Templates.Language;
using Xunit;

namespace Amphora.Templates.Tests.Language;

public sealed class Scriban_semantics
{
    private static readonly JsonElement Table = JsonDocument
        .Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "golden", "language", "semantics.json"))).RootElement;

    public static TheoryData<string, string, string> Cases()
    {
        var cases = new TheoryData<string, string, string>();
        foreach (var item in Table.GetProperty("cases").EnumerateArray())
        {
            cases.Add(item.GetProperty("rule").GetString()!, item.GetProperty("template").GetString()!, item.GetProperty("text").GetString()!);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Our_text_is_the_text_of_the_real_engine(string rule, string template, string expected)
    {
        var others = Table.GetProperty("templates").EnumerateObject().Select(item => Template.Parse(item.Name, item.Value.GetString()!));
        var set = TemplateSet.Of([Template.Parse("case.sbn", template), .. others]);

        var rendered = Renderer.Render(set, "case.sbn", (ITemplateObject)ToModel(Table.GetProperty("model"))!, new NoEncoding());

        Assert.Empty(rendered.Faults);
        Assert.True(expected == rendered.Text, $"{rule}: {template}\nexpected: {expected}\nrendered: {rendered.Text}");
    }

    private static object? ToModel(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().Aggregate(new TemplateRecord(""), static (record, member) =>
        {
            record.Add(member.Name, ToModel(member.Value));
            return record;
        }),
        JsonValueKind.Array => element.EnumerateArray().Select(ToModel).ToList(),
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Number => element.TryGetInt64(out var integer) ? integer : element.GetDouble(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };
}

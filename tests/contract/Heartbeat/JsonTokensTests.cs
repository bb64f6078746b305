// The reader of tokens says what the framework's says, of good texts and of broken ones.
using System.Text;
using System.Text.Json;
using Amphora.Contract.Heartbeat;
using Xunit;

namespace Amphora.Contract.Tests.Heartbeat;

public sealed class JsonTokensTests
{
    private const int Texts = 50_000;
    private const string Pieces = "{}[]:,\"\\ \t\n0123456789.-+eEuanrtfbls/\u0001\u007fä";

    [Theory]
    [InlineData("""{"a":{"b":[1,-2.5e+3,0,true,false,null,"x"],"c":{}},"d":""}""")]
    [InlineData(""" { "a" : [ ] , "b" : [ { } , [ ] ] } """)]
    [InlineData(""""\" \\ \/ \b \f \n \r \t \u00e4 ä"""")]
    [InlineData("[[[[[[[[1]]]]]]]]")]
    [InlineData("[[[[[[[[[1]]]]]]]]]")]
    [InlineData("")]
    [InlineData("01")]
    [InlineData("-")]
    [InlineData("1.")]
    [InlineData("1e")]
    [InlineData("[1,]")]
    [InlineData("""{"a":1,}""")]
    [InlineData("""{"a"}""")]
    [InlineData("""{"a":1]""")]
    [InlineData("""{"a" 1}""")]
    [InlineData("""{a:1}""")]
    [InlineData(""""\x"""")]
    [InlineData(""""\u12g4"""")]
    [InlineData("[1 2]")]
    [InlineData("{} {}")]
    [InlineData("truefalse")]
    [InlineData("tru")]
    public void Texts_by_hand(string text) => Compare(text);

    [Fact]
    public void Texts_of_chance()
    {
        Random random = new(11);
        int good = 0;
        for (int number = 0; number < Texts; number++)
        {
            StringBuilder text = new(Value(random, 0));
            for (int changes = random.Next(3); changes > 0 && text.Length > 0; changes--)
            {
                text[random.Next(text.Length)] = Pieces[random.Next(Pieces.Length)];
            }

            good += Compare(text.ToString()) ? 1 : 0;
        }

        Assert.InRange(good, Texts / 10, Texts * 9 / 10);
    }

    [Fact]
    public void What_is_skipped_ends_where_it_ends()
    {
        byte[] text = Encoding.UTF8.GetBytes("""{"a":{"b":[1,{"c":"}"}]},"d":[[]],"e":7,"f":"8"}""");
        JsonTokens json = new(text);
        List<string> names = [];
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            names.Add(Encoding.UTF8.GetString(text, json.Range.Start, json.Range.Length));
            json.Skip();
        }

        Assert.Equal(["a", "d", "e", "f"], names);
        Assert.False(json.Read() || json.IsBroken);
    }

    private static bool Compare(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        (string expected, bool isGood) = ByFramework(bytes);
        StringBuilder tokens = new();
        JsonTokens json = new(bytes);
        while (json.Read())
        {
            bool isText = json.TokenType is JsonTokenType.String or JsonTokenType.PropertyName or JsonTokenType.Number;
            tokens.Append($"{json.TokenType} {(isText ? Encoding.UTF8.GetString(bytes, json.Range.Start, json.Range.Length) : "")}\n");
        }

        Assert.Equal((text, !isGood), (text, json.IsBroken));
        if (isGood)
        {
            Assert.Equal(expected, tokens.ToString());
        }

        return isGood;
    }

    private static (string Tokens, bool IsGood) ByFramework(byte[] text)
    {
        StringBuilder tokens = new();
        Utf8JsonReader json = new(text, new JsonReaderOptions { MaxDepth = 8 });
        try
        {
            while (json.Read())
            {
                bool isText = json.TokenType is JsonTokenType.String or JsonTokenType.PropertyName or JsonTokenType.Number;
                tokens.Append($"{json.TokenType} {(isText ? Encoding.UTF8.GetString(json.ValueSpan) : "")}\n");
            }

            return (tokens.ToString(), true);
        }
        catch (JsonException)
        {
            return ("", false);
        }
    }

    private static string Value(Random random, int depth) => random.Next(depth > 4 ? 5 : 7) switch
    {
        0 => $"{random.Next(-5, 1000)}",
        1 => $"{random.NextDouble():0.###e+0}",
        2 => ((string[])["true", "false", "null"])[random.Next(3)],
        3 or 4 => Text(random),
        5 => $"[{string.Join(',', Enumerable.Range(0, random.Next(4)).Select(_ => Value(random, depth + 1)))}]",
        _ => $"{{{string.Join(" , ", Enumerable.Range(0, random.Next(4)).Select(_ => $"{Text(random)}:{Value(random, depth + 1)}"))}}}",
    };

    private static string Text(Random random) =>
        $"\"{string.Concat(Enumerable.Range(0, random.Next(5)).Select(_ => ((string[])["a", "zz", "\\n", "\\u00e4", "ä", "/", " "])[random.Next(7)]))}\"";
}

// Every field of every example, made wrong in every way its schema knows.
using System.Text.Json;
using System.Text.Json.Nodes;
using Amphora.Contract.DesiredState;
using Xunit;

namespace Amphora.Contract.Tests;

public sealed class FieldTests
{
    public static TheoryData<string> Names => [.. Golden.Examples.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_malformed_field_is_named_with_path_and_rule(string name)
    {
        foreach (var (document, path, rule) in Malformed(name))
        {
            var result = DesiredStateReader.Read(document);

            Assert.Null(result.Document);
            Assert.True(result.Faults.Any(fault => fault.Path == path && fault.Rule == rule),
                $"no {rule} at {path} but {string.Join("; ", result.Faults)}");
            Assert.All(result.Faults, fault => Assert.InRange(fault.Message.Length, 10, 600));
        }
    }

    [Fact]
    public void There_are_thousands_of_malformed_fields() =>
        Assert.InRange(Golden.Examples.Keys.Sum(name => Malformed(name).Count()), 5000, int.MaxValue);

    private static IEnumerable<(byte[] Document, string Path, string Rule)> Malformed(string name)
    {
        var original = Golden.Parse(name);
        foreach (var pointer in Patched.Pointers(original))
        {
            var schema = SchemaAt(pointer);
            foreach (var (value, rule) in Wrong(schema))
            {
                yield return (Change(name, document => Patched.Set(document, pointer, JsonNode.Parse(value))), pointer, rule);
            }

            if (Patched.Get(original, pointer) is not JsonObject || !schema.TryGetProperty("properties", out _))
            {
                continue;
            }

            var unknown = $"{pointer}/unknown~1~0";
            yield return (Change(name, document => Patched.Set(document, unknown, JsonValue.Create(1))), unknown, "additionalProperties");
            foreach (var required in Required(schema).Select(field => $"{pointer}/{field}"))
            {
                yield return (Change(name, document => Patched.Remove(document, required)), required, "required");
                yield return (Change(name, document => Patched.Set(document, required, null)), required, "required");
            }
        }
    }

    private static byte[] Change(string name, Action<JsonNode> change)
    {
        var document = Golden.Parse(name);
        change(document);
        return Patched.Bytes(document);
    }

    private static IEnumerable<string> Required(JsonElement schema) =>
        schema.TryGetProperty("required", out var names) ? names.EnumerateArray().Select(field => field.GetString()!) : [];

    private static IEnumerable<(string Value, string Rule)> Wrong(JsonElement schema)
    {
        if (schema.TryGetProperty("enum", out _))
        {
            return [("\"NEVER\"", "enum"), ("\"\"", "enum"), ("{}", "enum"), ("99", "enum")];
        }

        if (schema.TryGetProperty("const", out _))
        {
            return [("2", "const"), ("\"1\"", "const"), ("1.5", "const")];
        }

        return schema.GetProperty("type").GetString() switch
        {
            // The root cannot be replaced at a pointer; HostileTextTests has it.
            "object" => schema.TryGetProperty("$id", out _) ? [] : [("7", "type"), ("\"x\"", "type"), ("[]", "type")],
            "array" => [("7", "type"), ("{}", "type"), ("\"x\"", "type")],
            "boolean" => [("\"true\"", "type"), ("1", "type"), ("[]", "type")],
            "integer" => Integers(schema),
            _ => Texts(schema),
        };
    }

    private static IEnumerable<(string Value, string Rule)> Integers(JsonElement schema)
    {
        yield return ("\"1\"", "type");
        yield return ("1.5", "type");
        yield return ("true", "type");
        yield return ("[1]", "type");
        yield return ($"{schema.GetProperty("minimum").GetInt64() - 1}", "minimum");
        yield return ("-1e400", "minimum");
        yield return ("1e400", "maximum");
        if (schema.TryGetProperty("maximum", out var maximum))
        {
            yield return ($"{maximum.GetInt64() + 1}", "maximum");
        }
    }

    private static IEnumerable<(string Value, string Rule)> Texts(JsonElement schema)
    {
        yield return ("7", "type");
        yield return ("{}", "type");
        yield return ("[\"x\"]", "type");
        if (schema.TryGetProperty("pattern", out _))
        {
            yield return ("\"\\u0000\"", "pattern");
            yield return ("\"a\\nb\"", "pattern");
            yield return ("\"\"", "pattern");
        }

        if (schema.TryGetProperty("maxLength", out var longest))
        {
            yield return ($"\"{new string('x', longest.GetInt32() + 1)}\"", "maxLength");
        }
    }

    private static JsonElement SchemaAt(string pointer)
    {
        var interpreter = SchemaInterpreter.Document;
        var schema = interpreter.Root;
        foreach (var part in pointer.Split('/').Skip(1))
        {
            schema = schema.TryGetProperty("properties", out var fields) ? fields.GetProperty(part) : schema.GetProperty("items");
            schema = interpreter.Follow(schema);

            // An address is anyOf formats; everything else that is anyOf is a schema or null.
            if (schema.TryGetProperty("anyOf", out var choices) && !schema.TryGetProperty("type", out _))
            {
                schema = interpreter.Follow(choices[0]);
            }
        }

        return schema;
    }
}

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace FFF.Tests.Configuration;

/// <summary>The part of JSON Schema, draft 7, that the schema uses; any other keyword is an error.</summary>
internal sealed class JsonSchemaCheck(JsonObject root)
{
    public bool Accepts(JsonNode? value) => Accepts(root, value);

    private bool Accepts(JsonNode schema, JsonNode? value)
    {
        var keywords = schema.AsObject();
        if (keywords["$ref"] is { } reference)
        {
            return keywords.Count == 1
                ? Accepts(root["definitions"]![((string)reference!)["#/definitions/".Length..]]!, value)
                : throw new InvalidOperationException("Draft 7 ignores what stands beside a reference.");
        }

        return keywords.All(keyword => Holds(keyword.Key, keyword.Value!, keywords, value));
    }

    private bool Holds(string keyword, JsonNode argument, JsonObject schema, JsonNode? value) => keyword switch
    {
        "$schema" or "title" or "description" or "default" or "definitions" or "then" or "else" => true,
        "type" => argument is JsonArray types ? types.Any(type => IsType((string)type!, value)) : IsType((string)argument!, value),
        "const" => JsonNode.DeepEquals(argument, value),
        "enum" => argument.AsArray().Any(item => JsonNode.DeepEquals(item, value)),
        "anyOf" => argument.AsArray().Any(item => Accepts(item!, value)),
        "allOf" => argument.AsArray().All(item => Accepts(item!, value)),
        "if" => Accepts(schema[Accepts(argument, value) ? "then" : "else"]!, value),
        "properties" => value is not JsonObject map || argument.AsObject().All(key => !map.ContainsKey(key.Key) || Accepts(key.Value!, map[key.Key])),
        "additionalProperties" => value is not JsonObject map || map.All(entry => schema["properties"]!.AsObject().ContainsKey(entry.Key)),
        "required" => value is not JsonObject map || argument.AsArray().All(key => map.ContainsKey((string)key!)),
        "items" => value is not JsonArray list || list.All(item => Accepts(argument, item)),
        "minItems" => value is not JsonArray list || list.Count >= (int)argument,
        "minimum" => Number(value) is not { } number || number >= Number(argument),
        "maximum" => Number(value) is not { } number || number <= Number(argument),
        "minLength" => Text(value) is not { } text || text.Length >= (int)argument,
        "pattern" => Text(value) is not { } text || Regex.IsMatch(text, (string)argument!, RegexOptions.ECMAScript),
        _ => throw new InvalidOperationException($"The keyword '{keyword}' is not known."),
    };

    private static bool IsType(string type, JsonNode? value) => type switch
    {
        "null" => value is null,
        "object" => value is JsonObject,
        "array" => value is JsonArray,
        "string" => Text(value) is not null,
        "number" => Number(value) is not null,
        "integer" => Number(value) is { } number && double.IsInteger(number),
        "boolean" => value?.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
        _ => throw new InvalidOperationException($"The type '{type}' is not known."),
    };

    private static double? Number(JsonNode? value) =>
        value?.GetValueKind() == JsonValueKind.Number ? double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture) : null;

    private static string? Text(JsonNode? value) => value?.GetValueKind() == JsonValueKind.String ? (string?)value : null;
}

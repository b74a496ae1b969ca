using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using FFF.Options;

namespace FFF.Configuration.Binding;

/// <summary>Writes shapes as JSON Schema (draft 7), one definition per record.</summary>
/// <param name="definitions">Takes the definitions.</param>
/// <param name="documentation">The descriptions.</param>
/// <param name="isPartial">Whether required keys may be left out, as in a file that is laid over another.</param>
internal sealed class SchemaWriter(JsonObject definitions, Documentation documentation, bool isPartial)
{
    private readonly JsonSerializerOptions _defaults = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { RecordKeys.Only, NameKind } },
    };

    /// <summary>A reference to the definition of a record or of its kinds, which is written if it is not there yet.</summary>
    public JsonObject Reference(RecordShape record) => Reference(record.Type, () => Record(record, kind: null, discriminator: null));

    private JsonObject Reference(KindsShape kinds) => Reference(kinds.Type, () => Kinds(kinds));

    private JsonObject Reference(Type type, Func<JsonObject> write)
    {
        var name = isPartial ? $"{type.Name}.Partial" : type.Name;
        if (!definitions.ContainsKey(name))
        {
            definitions[name] = new JsonObject(); // keeps the place while the definition refers to itself
            definitions[name] = write();
        }

        return new JsonObject { ["$ref"] = $"#/definitions/{name}" };
    }

    private JsonObject Kind(KindsShape kinds, (string Name, RecordShape Record) kind) =>
        Reference(kind.Record.Type, () => Record(kind.Record, kind.Name, kinds.Discriminator));

    private JsonObject Record(RecordShape record, string? kind, string? discriminator)
    {
        var schema = Described(documentation.Of(record.Type));
        var properties = new JsonObject();
        if (discriminator is not null)
        {
            properties[discriminator] = new JsonObject { ["const"] = kind };
        }

        if (record.Type == typeof(Experiment) || record.Type == typeof(SweepConfig))
        {
            var path = new JsonObject { ["type"] = "string", ["minLength"] = 1 };
            foreach (var files in FilesKey.All)
            {
                properties[files.Name] = With(
                    Described(files.Description),
                    new JsonObject { ["anyOf"] = new JsonArray(path.DeepClone(), new JsonObject { ["type"] = "array", ["items"] = path.DeepClone() }) });
            }
        }

        var standard = Activator.CreateInstance(record.Type)!;
        foreach (var key in record.Keys)
        {
            properties[key.Name] = Property(key, standard);
        }

        schema["type"] = "object";
        schema["properties"] = properties;
        schema["additionalProperties"] = false;
        if (!isPartial && record.Keys.Any(key => key.IsRequired))
        {
            schema["required"] = new JsonArray([.. record.Keys.Where(key => key.IsRequired).Select(key => (JsonNode)key.Name)]);
        }

        return schema;
    }

    private JsonObject Property(KeyShape key, object record)
    {
        var standard = key.Property.GetValue(record);
        var value = Value(key.Value);
        if (key.Value is KindsShape kinds && standard is not null && !isPartial)
        {
            // Without a kind, the mapping refines the default.
            var refined = Kind(kinds, kinds.Kinds.Single(kind => kind.Record.Type == standard.GetType()));
            value = new JsonObject { ["anyOf"] = new JsonArray(value, refined) };
        }

        if (key.IsNullable)
        {
            value = new JsonObject { ["anyOf"] = new JsonArray(value, new JsonObject { ["type"] = "null" }) };
        }

        var description = string.Join(' ', new[] { documentation.Of(key.Property), Choices(key.Value) }.OfType<string>());
        var schema = With(Described(description.Length == 0 ? null : description), value);
        if (!key.IsRequired && (key.IsNullable || key.Value is not (RecordShape or MapShape)))
        {
            schema["default"] = JsonSerializer.SerializeToNode(standard, key.Property.PropertyType, _defaults);
        }

        return schema;
    }

    private static void NameKind(JsonTypeInfo type)
    {
        if (type.Type.IsAbstract && type.Kind == JsonTypeInfoKind.Object && ShapeReader.Read(type.Type) is KindsShape { Kinds.Count: > 0 } kinds)
        {
            type.PolymorphismOptions = new() { TypeDiscriminatorPropertyName = kinds.Discriminator };
            foreach (var (name, record) in kinds.Kinds)
            {
                type.PolymorphismOptions.DerivedTypes.Add(new(record.Type, name));
            }
        }
    }

    private JsonObject Value(ValueShape shape) => shape switch
    {
        BooleanShape => new JsonObject { ["type"] = "boolean" },
        NumberShape number => Number(number),
        TextShape text => Text(text),
        ChoiceShape choice => new JsonObject { ["enum"] = new JsonArray([.. choice.Choices.Select(candidate => Choice(candidate.Name))]) },
        ListShape list => With(
            new JsonObject { ["type"] = "array", ["items"] = Value(list.Element) },
            list.MinimumCount > 0 ? new JsonObject { ["minItems"] = list.MinimumCount } : []),
        MapShape map => With(
            new JsonObject { ["type"] = "object", ["additionalProperties"] = Value(map.Element) },
            map.MinimumCount > 0 ? new JsonObject { ["minProperties"] = map.MinimumCount } : []),
        AnyShape => [],
        KindsShape kinds => Reference(kinds),
        RecordShape { Shorthand: { } brief } record => new JsonObject { ["anyOf"] = new JsonArray(Value(brief.Value), Reference(record)) },
        RecordShape record => Reference(record),
        _ => throw new ArgumentException($"No schema is known for {shape.GetType()}.", nameof(shape)),
    };

    /// <summary>What YAML reads a choice as that is written plain.</summary>
    private static JsonNode Choice(string name) => name is "true" or "false" ? JsonValue.Create(name == "true") : JsonValue.Create(name);

    private static JsonObject Number(NumberShape number)
    {
        var schema = new JsonObject { ["type"] = number.IsInteger ? "integer" : "number" };
        if (number.Range is { } range)
        {
            schema["minimum"] = Bound(range.Minimum);
            schema["maximum"] = Bound(range.Maximum);
        }

        return schema;
    }

    private static JsonNode Bound(object value) =>
        value is int whole ? JsonValue.Create(whole) : JsonValue.Create(Convert.ToDouble(value, CultureInfo.InvariantCulture));

    // A number is text too where text belongs: the names of columns, a run that is called 2024.
    private static JsonObject Text(TextShape text)
    {
        var schema = new JsonObject { ["type"] = new JsonArray("string", "number") };
        if (text.Pattern is { } pattern)
        {
            schema["pattern"] = pattern.Pattern;
        }

        if (text.MinimumLength > 0)
        {
            schema["minLength"] = text.MinimumLength;
        }

        return schema;
    }

    private JsonObject Kinds(KindsShape kinds)
    {
        var names = new JsonObject { ["enum"] = new JsonArray([.. kinds.Kinds.Where(CanStandAlone).Select(kind => (JsonNode)kind.Name)]) };
        var alternatives = new JsonArray();
        if (kinds.Kinds.Any(CanStandAlone))
        {
            alternatives.Add(names);
        }

        if (kinds.Shorthand is { } brief)
        {
            alternatives.Add(Value(brief.Key.Value));
        }

        foreach (var kind in kinds.Kinds)
        {
            var reference = Kind(kinds, kind);
            alternatives.Add(isPartial
                ? reference
                : new JsonObject { ["allOf"] = new JsonArray(reference), ["required"] = new JsonArray(kinds.Discriminator) });
        }

        return With(Described(documentation.Of(kinds.Type)), new JsonObject { ["anyOf"] = alternatives });
    }

    private static bool CanStandAlone((string Name, RecordShape Record) kind) => !kind.Record.Keys.Any(key => key.IsRequired);

    private string? Choices(ValueShape shape)
    {
        var described = (shape as ChoiceShape)?.Choices
            .Select(choice => (choice.Name, Text: documentation.Of(choice.Field)))
            .Where(choice => choice.Text is not null)
            .Select(choice => $"{choice.Name}: {choice.Text}");
        return described?.Any() == true ? string.Join(' ', described) : null;
    }

    private static JsonObject Described(string? description) => description is null ? [] : new JsonObject { ["description"] = description };

    /// <summary>Both in one; a reference is wrapped, for draft 7 ignores whatever stands beside one.</summary>
    private static JsonObject With(JsonObject schema, JsonObject value)
    {
        if (value.ContainsKey("$ref"))
        {
            schema["allOf"] = new JsonArray(value);
            return schema;
        }

        foreach (var (name, part) in value.ToList())
        {
            value.Remove(name);
            schema[name] = part;
        }

        return schema;
    }
}

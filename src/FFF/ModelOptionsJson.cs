using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using FFF.Options;
using FFF.Transforms;

namespace FFF;

/// <summary>Options as JSON, kinds by their registered names: <c>{"kind": "dense", "widths": [64, 64]}</c>.</summary>
internal static class ModelOptionsJson
{
    private const string Discriminator = "kind";

    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowOutOfOrderMetadataProperties = true,
        Converters = { new ScalingJson(), new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { RecordKeys.Only, NameKinds } },
    };

    public static string Write(ModelOptions options) => JsonSerializer.Serialize(options, Format);

    /// <exception cref="JsonException">The text describes no options, or names a kind that is not registered.</exception>
    public static ModelOptions Read(string json)
    {
        var root = JsonNode.Parse(json);
        if (root is JsonObject options)
        {
            foreach (var moved in typeof(ModelOptions).GetCustomAttributes<MovedKeyAttribute>())
            {
                Move(options, moved);
            }
        }

        return root.Deserialize<ModelOptions>(Format) ?? throw new JsonException("The options are missing.");
    }

    /// <summary>Models that earlier versions saved have all keys, also those that their method has not.</summary>
    private static void Move(JsonObject options, MovedKeyAttribute moved)
    {
        var (parent, key) = (moved.To[..moved.To.IndexOf('.', StringComparison.Ordinal)], moved.To[(moved.To.IndexOf('.', StringComparison.Ordinal) + 1)..]);
        if (options.Remove(moved.From, out var value) && options[parent] is JsonObject target && HasKey(parent, target, key))
        {
            target[key] = value;
        }
    }

    private static bool HasKey(string parent, JsonObject target, string key)
    {
        var type = typeof(ModelOptions).GetProperties().Single(property => NameOf(property) == parent).PropertyType;
        var kind = Kinds.Of(type).FirstOrDefault(kind => kind.Name == (string?)target[Discriminator])?.Kind;
        return kind?.GetProperties().Any(property => NameOf(property) == key) == true;
    }

    private static string NameOf(PropertyInfo property) => JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);

    /// <summary>Earlier versions saved true or false, which still are the names of two scalings.</summary>
    private sealed class ScalingJson : JsonConverter<Scaling>
    {
        private static readonly JsonSerializerOptions Plain = new() { Converters = { new JsonStringEnumConverter<Scaling>(JsonNamingPolicy.SnakeCaseLower) } };

        public override Scaling Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
        {
            JsonTokenType.True => Scaling.Standard,
            JsonTokenType.False => Scaling.None,
            _ => JsonSerializer.Deserialize<Scaling>(ref reader, Plain),
        };

        public override void Write(Utf8JsonWriter writer, Scaling value, JsonSerializerOptions options) => JsonSerializer.Serialize(writer, value, Plain);
    }

    private static void NameKinds(JsonTypeInfo type)
    {
        if (Kinds.Of(type.Type) is { Count: > 0 } kinds)
        {
            type.PolymorphismOptions = new() { TypeDiscriminatorPropertyName = Discriminator };
            foreach (var kind in kinds)
            {
                type.PolymorphismOptions.DerivedTypes.Add(new(kind.Kind, kind.Name));
            }
        }
    }
}

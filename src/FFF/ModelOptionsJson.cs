using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using FFF.Options;

namespace FFF;

/// <summary>Options as JSON, kinds by their registered names: <c>{"kind": "dense", "widths": [64, 64]}</c>.</summary>
internal static class ModelOptionsJson
{
    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        IgnoreReadOnlyProperties = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowOutOfOrderMetadataProperties = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { NameKinds } },
    };

    public static string Write(ModelOptions options) => JsonSerializer.Serialize(options, Format);

    /// <exception cref="JsonException">The text describes no options, or names a kind that is not registered.</exception>
    public static ModelOptions Read(string json) => JsonSerializer.Deserialize<ModelOptions>(json, Format) ?? throw new JsonException("The options are missing.");

    private static void NameKinds(JsonTypeInfo type)
    {
        if (Kinds.Of(type.Type) is { Count: > 0 } kinds)
        {
            type.PolymorphismOptions = new() { TypeDiscriminatorPropertyName = "kind" };
            foreach (var kind in kinds)
            {
                type.PolymorphismOptions.DerivedTypes.Add(new(kind.Kind, kind.Name));
            }
        }
    }
}

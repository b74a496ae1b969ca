using FFF.Configuration.Yaml;

namespace FFF.Configuration.Binding;

/// <summary>Scalars that stand for mappings: a kind's name for that kind, or a value for the property that a record's shorthand names.</summary>
internal static class Shorthands
{
    /// <summary>The mapping that the scalar stands for, or null if it stands for none.</summary>
    public static YamlMap? Expand(YamlScalar? scalar, ValueShape? shape)
    {
        if (scalar is null or { IsNull: true })
        {
            return null;
        }

        return shape switch
        {
            KindsShape kinds when kinds.Find(scalar.Text) is not null => Map(scalar, (kinds.Discriminator, scalar)),
            KindsShape { Shorthand: { } brief } kinds when Fits(scalar, brief.Key.Value) =>
                Map(scalar, (kinds.Discriminator, scalar with { Text = brief.Kind }), (brief.Key.Name, scalar)),
            RecordShape { Shorthand: { } key } when Fits(scalar, key.Value) => Map(scalar, (key.Name, scalar)),
            _ => null,
        };
    }

    // A number out of bounds is meant as the shorthand, and is told its bounds; other text is told all that could stand here.
    private static bool Fits(YamlScalar scalar, ValueShape shape) =>
        shape is NumberShape ? scalar.Plain && Numbers.IsNumber(scalar.Text) : ScalarBinder.Bind(scalar, shape) is not null;

    private static YamlMap Map(YamlScalar scalar, params (string Key, YamlScalar Value)[] entries) =>
        new([.. entries.Select(entry => new YamlEntry(entry.Key, scalar.At, entry.Value))], scalar.At);
}

using System.Collections.Concurrent;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using FFF.Options;

namespace FFF.Configuration.Binding;

/// <summary>
/// Reads shapes from the record types: keys are the properties' names in snake_case, the derived record's before those
/// it inherits; an abstract record has the kinds that are registered (<see cref="Kinds"/>); bounds on a list are meant for each element.
/// </summary>
internal static class ShapeReader
{
    /// <summary>The key that names a kind.</summary>
    private const string Discriminator = "kind";

    private static volatile Shapes Latest = new(Kinds.Version);

    /// <summary>The shape of a configuration record, or of the base of several kinds.</summary>
    public static ValueShape Read(Type record)
    {
        // Shapes hold each other, so that all of them are read anew once there are more kinds.
        var shapes = Latest;
        if (shapes.Kinds != Kinds.Version)
        {
            Latest = shapes = new(Kinds.Version);
        }

        return shapes.Records.GetOrAdd(record, Describe);
    }

    /// <summary>A property's or choice's name as configurations have it.</summary>
    public static string SnakeCase(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);

    /// <summary>The key of a property.</summary>
    public static string KeyName(PropertyInfo property) => property.GetCustomAttribute<KeyNameAttribute>()?.Name ?? SnakeCase(property.Name);

    private static ValueShape Describe(Type type)
    {
        var shorthand = type.GetCustomAttribute<ShorthandAttribute>();
        return type.IsAbstract
            ? new KindsShape(type, Discriminator, [.. Kinds.Of(type).Where(IsNameable).Select(kind => (kind.Name, (RecordShape)Read(kind.Kind)))], shorthand)
            : new RecordShape(type, () => Keys(type), shorthand?.Property);
    }

    /// <summary>Spaces that are made of data alone have no constructor that a configuration could use.</summary>
    private static bool IsNameable(KindAttribute kind) => kind.Kind.GetConstructor(Type.EmptyTypes) is not null;

    private static List<KeyShape> Keys(Type record)
    {
        var nullability = new NullabilityInfoContext();
        return [.. record.GetProperties().Where(property => property.CanWrite)
            .OrderBy(property => property.DeclaringType == record ? 0 : 1)
            .ThenBy(property => property.MetadataToken)
            .Select(property => new KeyShape(
                KeyName(property),
                property,
                Value(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType, property),
                IsRequired(property),
                nullability.Create(property).WriteState == NullabilityState.Nullable,
                property.IsDefined(typeof(ByDataAttribute))))];
    }

    // By name: a plotting library brings a second, public type of this name, between which the compiler will not choose.
    private static bool IsRequired(PropertyInfo property) =>
        property.CustomAttributes.Any(attribute => attribute.AttributeType.FullName == "System.Runtime.CompilerServices.RequiredMemberAttribute");

    private static ValueShape Value(Type type, PropertyInfo property) => type switch
    {
        _ when type == typeof(bool) => new BooleanShape(),
        _ when type == typeof(int) || type == typeof(long) || type == typeof(double) =>
            new NumberShape(type, property.GetCustomAttribute<RangeAttribute>()),
        _ when type == typeof(string) => new TextShape(
            property.GetCustomAttribute<RegularExpressionAttribute>(),
            property.GetCustomAttribute<MinLengthAttribute>()?.Length ?? 0,
            property.GetCustomAttribute<RelativeToFileAttribute>()),
        { IsEnum: true } => new ChoiceShape(
            type,
            [.. type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (ChoiceName(field), field))]),
        { IsGenericType: true } when type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) => Several(type.GenericTypeArguments[0], property),
        _ when type == typeof(ConfigValue) => new AnyShape(),
        _ => Read(type),
    };

    private static ValueShape Several(Type element, PropertyInfo property)
    {
        var minimum = property.GetCustomAttribute<MinLengthAttribute>()?.Length ?? 0;
        if (element.IsGenericType && element.GetGenericTypeDefinition() is var entry && (entry == typeof(KeyedValue<>) || entry == typeof(Keyed<>)))
        {
            return new MapShape(element, Value(element.GenericTypeArguments[0], property), minimum,
                property.GetCustomAttribute<KeysAreAttribute>()?.Words ?? "key paths such as training.epochs");
        }

        // Mappings in a list may be empty: a trial that sets nothing.
        // The bound is one of the list: a name in it may have a single letter.
        var item = Value(element, property) switch
        {
            MapShape map => new MapShape(map.EntryType, map.Element, 0, map.Keys),
            TextShape text => text.WithLength(Math.Min(minimum, 1)),
            var other => other,
        };
        return new ListShape(element, item, minimum);
    }

    private static string ChoiceName(FieldInfo field) => field.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? SnakeCase(field.Name);

    /// <summary>What was read while these kinds were known.</summary>
    private sealed record Shapes(object Kinds)
    {
        public ConcurrentDictionary<Type, ValueShape> Records { get; } = [];
    }
}

using System.ComponentModel.DataAnnotations;
using System.Reflection;
using FFF.Formats;
using FFF.Options;

namespace FFF.Configuration.Binding;

/// <summary>What a property of a configuration record can hold: the one description that binding, writing and the schema share.</summary>
internal abstract class ValueShape
{
    /// <summary>What belongs here, in words that follow "expected".</summary>
    public abstract string Expected { get; }

    /// <summary>The key of this name; where kinds differ in their keys, that of the first kind which has it. Null if there is none.</summary>
    public virtual KeyShape? Below(string key) => null;

    /// <summary>What stands under the key; null if there is none.</summary>
    public virtual ValueShape? ValueBelow(string key) => Below(key)?.Value;

    /// <summary>The same for the name of a property.</summary>
    public virtual KeyShape? Of(string property) => Below(ShapeReader.SnakeCase(property));
}

/// <summary>True or false.</summary>
internal sealed class BooleanShape : ValueShape
{
    public override string Expected => "true or false";
}

/// <summary>An int, long or double, with bounds that belong to it.</summary>
internal sealed class NumberShape(Type type, RangeAttribute? range) : ValueShape
{
    public Type Type { get; } = type;

    public RangeAttribute? Range { get; } = range;

    public bool IsInteger => Type != typeof(double);

    public override string Expected
    {
        get
        {
            var kind = IsInteger ? "a whole number" : "a number";
            return Range is null ? kind : $"{kind} from {Numbers.Text(Range.Minimum)} to {Numbers.Text(Range.Maximum)}";
        }
    }
}

/// <summary>Text, perhaps of a pattern (whose error message says in words what it asks for), perhaps a path.</summary>
internal sealed class TextShape(RegularExpressionAttribute? pattern, int minimumLength, RelativeToFileAttribute? path) : ValueShape
{
    public RegularExpressionAttribute? Pattern { get; } = pattern;

    public int MinimumLength { get; } = minimumLength;

    public bool IsPath { get; } = path is not null;

    public bool IsConfiguration { get; } = path is { IsConfiguration: true };

    public bool IsKept { get; } = path is { IsKept: true };

    public override string Expected => Pattern?.ErrorMessage ?? (IsPath ? OrNumbers ? "a path or numbers" : "a path" : "text");

    private bool OrNumbers { get; } = path is { OrNumbers: true };

    /// <summary>Whether a text of this shape names a file.</summary>
    public bool IsFile(string text) => IsPath && !(OrNumbers && NumbersText.Is(text));

    /// <summary>The same of another least length.</summary>
    public TextShape WithLength(int least) => new(Pattern, least, path);
}

/// <summary>One of an enumeration's values by name, in the order of their declaration.</summary>
internal sealed class ChoiceShape(Type type, IReadOnlyList<(string Name, FieldInfo Field)> choices) : ValueShape
{
    public Type Type { get; } = type;

    public IReadOnlyList<(string Name, FieldInfo Field)> Choices { get; } = choices;

    public override string Expected => $"one of {string.Join(", ", Choices.Select(choice => choice.Name))}";
}

/// <summary>A list of at least so many elements.</summary>
internal sealed class ListShape(Type elementType, ValueShape element, int minimumCount) : ValueShape
{
    public Type ElementType { get; } = elementType;

    public ValueShape Element { get; } = element;

    public int MinimumCount { get; } = minimumCount;

    public override string Expected => MinimumCount > 0
        ? $"a list of at least {MinimumCount}, each {Element.Expected}"
        : $"a list, each element {Element.Expected}";
}

/// <summary>A mapping with keys of any name and values of one shape, which becomes a list of <see cref="KeyedValue{T}"/> or <see cref="Keyed{T}"/>.</summary>
/// <param name="entryType">The type of an entry.</param>
/// <param name="element">What each key has.</param>
/// <param name="minimumCount">So many keys at least.</param>
/// <param name="keys">What the keys are, in words.</param>
internal sealed class MapShape(Type entryType, ValueShape element, int minimumCount, string keys) : ValueShape
{
    public string Keys { get; } = keys;

    public override ValueShape? ValueBelow(string key) => Element;

    public Type EntryType { get; } = entryType;

    public ValueShape Element { get; } = element;

    public int MinimumCount { get; } = minimumCount;

    public override string Expected =>
        $"a mapping{(MinimumCount > 0 ? $" of at least {MinimumCount}" : "")} from {Keys}, each to {Element.Expected}";
}

/// <summary>Any value at all.</summary>
internal sealed class AnyShape : ValueShape
{
    public override string Expected => "a value";
}

/// <summary>A record, which a mapping describes key by key.</summary>
/// <param name="type">The record's type.</param>
/// <param name="keys">Makes the keys when they are first asked for: records can contain each other.</param>
/// <param name="shorthand">The property for which a scalar stands, if any.</param>
internal sealed class RecordShape(Type type, Func<IReadOnlyList<KeyShape>> keys, string? shorthand) : ValueShape
{
    private readonly Lazy<IReadOnlyList<KeyShape>> _keys = new(keys);

    public Type Type { get; } = type;

    public IReadOnlyList<KeyShape> Keys => _keys.Value;

    /// <summary>Whether exactly one of the keys is given.</summary>
    public bool HasOneKey { get; } = type.IsDefined(typeof(OneKeyAttribute), inherit: false);

    /// <summary>The keys that stood elsewhere in earlier versions.</summary>
    public IReadOnlyList<MovedKeyAttribute> Moved { get; } = [.. type.GetCustomAttributes<MovedKeyAttribute>()];

    public KeyShape? Shorthand => shorthand is null ? null : Keys.Single(key => key.Property.Name == shorthand);

    public override string Expected => Shorthand is null
        ? $"a mapping with keys such as {string.Join(", ", Keys.Take(3).Select(key => key.Name))}"
        : $"{Shorthand.Value.Expected}, or a mapping with keys such as {string.Join(", ", Keys.Take(3).Select(key => key.Name))}";

    public KeyShape? Find(string key) => Keys.FirstOrDefault(candidate => candidate.Name == key);

    public override KeyShape? Below(string key) => Find(key);

    public override KeyShape? Of(string property) => Keys.FirstOrDefault(candidate => candidate.Property.Name == property);
}

/// <summary>One key of a record.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Property">The property that it sets.</param>
/// <param name="Value">What it can hold.</param>
/// <param name="IsRequired">Whether it has no default.</param>
/// <param name="IsNullable">Whether it may be null.</param>
/// <param name="IsByData">Whether the data decide where it is left out.</param>
internal sealed record KeyShape(string Name, PropertyInfo Property, ValueShape Value, bool IsRequired, bool IsNullable, bool IsByData);

/// <summary>One of several records, told apart by the discriminator key.</summary>
internal sealed class KindsShape(Type type, string discriminator, IReadOnlyList<(string Name, RecordShape Record)> kinds, ShorthandAttribute? shorthand)
    : ValueShape
{
    public Type Type { get; } = type;

    public string Discriminator { get; } = discriminator;

    public IReadOnlyList<(string Name, RecordShape Record)> Kinds { get; } = kinds;

    /// <summary>The kind and its key for which a scalar that names no kind stands, if any.</summary>
    public (string Kind, KeyShape Key)? Shorthand => shorthand?.Kind is { } kind
        ? (kind, Find(kind)!.Keys.Single(key => key.Property.Name == shorthand.Property))
        : null;

    public override string Expected
    {
        get
        {
            var kinds = $"a kind ({string.Join(", ", Kinds.Select(kind => kind.Name))}) or a mapping with the key '{Discriminator}'";
            return Shorthand is { } brief ? $"{brief.Key.Value.Expected}, {kinds}" : kinds;
        }
    }

    /// <summary>Whether a kind's name alone keeps the keys of layers below.</summary>
    public bool NameKeepsKeys { get; } = type.IsDefined(typeof(NameKeepsKeysAttribute), inherit: false);

    public override KeyShape? Below(string key) => Kinds.Select(kind => kind.Record.Find(key)).FirstOrDefault(found => found is not null);

    public RecordShape? Find(string kind) => Kinds.FirstOrDefault(candidate => candidate.Name == kind).Record;

    public string NameOf(Type kind) => Kinds.Single(candidate => candidate.Record.Type == kind).Name;
}

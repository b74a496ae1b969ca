namespace FFF.Options;

/// <summary>Tells <see cref="Kinds"/> of a record that configurations can name; see <see cref="KindAttribute{TBase, TKind}"/>.</summary>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
public abstract class KindAttribute : Attribute
{
    private protected KindAttribute(Type @base, Type kind, string name) => (Base, Kind, Name) = (@base, kind, name);

    /// <summary>What it is a kind of.</summary>
    public Type Base { get; }

    /// <summary>The record.</summary>
    public Type Kind { get; }

    /// <summary>Its name in configurations.</summary>
    public string Name { get; }

    /// <summary>Its place among the kinds of its assembly, where these are listed: the lowest comes first, those that have none come last, by name.</summary>
    public int Order { get; init; } = int.MaxValue;
}

/// <summary>
/// Registers a kind: a record that stands in a configuration as <c>kind: name</c>, or by its name alone where it needs no key.
/// It is written above the record, in the same file: <c>[assembly: Kind&lt;DataConfig, TableData&gt;("table")]</c>.
/// </summary>
/// <typeparam name="TBase">What it is a kind of: an abstract record.</typeparam>
/// <typeparam name="TKind">The record, with a constructor without parameters.</typeparam>
/// <param name="name">Its name, in lower case, words joined by hyphens.</param>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
public sealed class KindAttribute<TBase, TKind>(string name) : KindAttribute(typeof(TBase), typeof(TKind), name)
    where TBase : class
    where TKind : class, TBase;

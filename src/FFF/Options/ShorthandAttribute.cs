namespace FFF.Options;

/// <summary>A scalar in place of a mapping means this one property, of this kind where the type has kinds.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class ShorthandAttribute(string? kind, string property) : Attribute
{
    /// <summary>The kind, or null where the type has none.</summary>
    public string? Kind { get; } = kind;

    /// <summary>The property that takes the scalar.</summary>
    public string Property { get; } = property;
}

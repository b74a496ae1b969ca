namespace FFF.Options;

/// <summary>
/// A kind's name alone chooses among the kinds only: keys that layers below give stay where the named kind has them. Without this, it
/// stands for the kind with its defaults.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class NameKeepsKeysAttribute : Attribute;

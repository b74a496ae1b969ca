namespace FFF.Options;

/// <summary>
/// Of the keys of a record exactly one is given, as the record's own rule says: a resolved configuration shows that one, and none that are null.
/// A layer that gives another key replaces the one that was given below.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class OneKeyAttribute : Attribute;

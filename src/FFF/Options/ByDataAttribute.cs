namespace FFF.Options;

/// <summary>
/// What the data decide where the key is left out: its value, or that there is no such thing, which is null once they have. A resolved
/// configuration does not show what is null.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ByDataAttribute : Attribute;

namespace FFF.Options;

/// <summary>What the keys of a mapping are that may have any, in words such as names of columns.</summary>
/// <param name="words">The words.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class KeysAreAttribute(string words) : Attribute
{
    /// <summary>The words.</summary>
    public string Words { get; } = words;
}

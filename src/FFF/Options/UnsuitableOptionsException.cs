using FFF.Errors;

namespace FFF.Options;

/// <summary>Options that do not fit the data that they are used on.</summary>
/// <param name="key">The last part of the key that they stand under, such as network.</param>
/// <param name="message">What was expected, what was found, and what to do.</param>
public sealed class UnsuitableOptionsException(string key, string message) : InputException(message)
{
    /// <summary>The last part of the key that they stand under.</summary>
    public string Key { get; } = key;
}

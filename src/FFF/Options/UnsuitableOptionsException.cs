using FFF.Errors;

namespace FFF.Options;

/// <summary>Options that do not fit the data that they are used on.</summary>
/// <param name="key">The key that they stand under, such as network, within the options that are built.</param>
/// <param name="message">What was expected, what was found, and what to do.</param>
public sealed class UnsuitableOptionsException(string key, string message) : InputException(message)
{
    /// <summary>The key that they stand under.</summary>
    public string Key { get; } = key;

    /// <summary>The same, as seen from options that hold these under a key.</summary>
    public UnsuitableOptionsException Under(string parent) => new($"{parent}.{Key}", Message);
}

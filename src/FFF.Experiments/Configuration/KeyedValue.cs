using FFF.Configuration.Yaml;

namespace FFF.Configuration;

/// <summary>An entry of a mapping whose keys are free; a list of them keeps the order of the file.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">Its value.</param>
internal sealed record KeyedValue<T>(string Key, T Value)
{
    /// <summary>Where the key was written; null if nowhere.</summary>
    internal Location? At { get; init; }
}

namespace FFF.Options;

/// <summary>An entry of a mapping whose keys are free, such as names of columns; a list of them keeps the order of the file.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">Its value.</param>
public sealed record Keyed<T>(string Key, T Value);

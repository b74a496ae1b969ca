namespace FFF.Configuration.Yaml;

/// <summary>Where YAML text came from.</summary>
/// <param name="Name">How messages name it.</param>
/// <param name="Directory">The directory that paths in it are relative to.</param>
/// <param name="IsFile">Whether lines and columns help to find a place in it: not within an override.</param>
internal sealed record YamlSource(string Name, string Directory, bool IsFile)
{
    /// <summary>That what stands here was written under another path; null where it was not.</summary>
    public WrittenPath? Written { get; init; }

    public Problem Problem(string key, string message) => new(Name, null, null, AsWritten(key), message);

    /// <summary>The path of a key as the text has it.</summary>
    public string AsWritten(string key) => Written?.Of(key) ?? key;
}

/// <summary>A place in YAML text: line and column from 1.</summary>
internal sealed record Location(YamlSource Source, int Line, int Column)
{
    public Problem Problem(string key, string message) =>
        Source.IsFile ? new(Source.Name, Line, Column, Source.AsWritten(key), message) : Source.Problem(key, message);
}

/// <summary>A part of a configuration that was written under another path than the one it is read at.</summary>
/// <param name="From">Where it was written, such as objective.</param>
/// <param name="To">Where it is read, such as method.objective.</param>
/// <param name="IsFormer">Whether it was written as earlier versions did, rather than by a short path.</param>
internal sealed record WrittenPath(string From, string To, bool IsFormer)
{
    /// <summary>The path as it was written of a key that is read at or below <see cref="To"/>.</summary>
    public string Of(string key) => KeyPath.IsWithin(key, To) ? From + key[To.Length..] : key;
}

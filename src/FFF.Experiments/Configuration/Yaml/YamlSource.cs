namespace FFF.Configuration.Yaml;

/// <summary>Where YAML text came from.</summary>
/// <param name="Name">How messages name it.</param>
/// <param name="Directory">The directory that paths in it are relative to.</param>
/// <param name="IsFile">Whether lines and columns help to find a place in it: not within an override.</param>
internal sealed record YamlSource(string Name, string Directory, bool IsFile)
{
    public Problem Problem(string key, string message) => new(Name, null, null, key, message);
}

/// <summary>A place in YAML text: line and column from 1.</summary>
internal sealed record Location(YamlSource Source, int Line, int Column)
{
    public Problem Problem(string key, string message) =>
        Source.IsFile ? new(Source.Name, Line, Column, key, message) : Source.Problem(key, message);
}

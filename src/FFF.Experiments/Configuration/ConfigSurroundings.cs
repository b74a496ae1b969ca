namespace FFF.Configuration;

/// <summary>What the reading of configurations uses beside files.</summary>
public sealed record ConfigSurroundings
{
    /// <summary>How standard input is named in place of a file.</summary>
    public const string StandardInputFile = "-";

    /// <summary>What messages call it.</summary>
    public const string StandardInputName = "standard input";

    /// <summary>What <see cref="StandardInputFile"/> stands for, which is read to its end; null where it is the name of a file.</summary>
    public Stream? StandardInput { get; init; }

    /// <summary>Whether the plug-ins that files name are loaded; they are refused if left out. A run's own configuration never loads any.</summary>
    public bool LoadsPlugins { get; init; }

    /// <summary>Is told which file was taken for a name.</summary>
    public Action<string>? Tell { get; init; }
}

namespace FFF.Options;

/// <summary>A path that is relative to the configuration file that names it; in an override, to the working directory.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RelativeToFileAttribute : Attribute
{
    /// <summary>Whether the path is that of a configuration, which can be given by its name too.</summary>
    public bool IsConfiguration { get; init; }

    /// <summary>Whether a row of numbers can stand in its place, such as 0.1,-0.2 or a=0.1,b=-0.2, which is no path.</summary>
    public bool OrNumbers { get; init; }

    /// <summary>Whether a run keeps a copy of the file, which its own configuration then names: the run can be used without the original.</summary>
    public bool IsKept { get; init; }
}

using FFF.Options;

namespace FFF.Datasets.Table;

/// <summary>Columns of a file, or of several that are one table; a path alone stands for all columns of that file.</summary>
[Shorthand(null, nameof(Path))]
public sealed record TableSource
{
    /// <summary>
    /// The file: .csv, .tsv (also .gz or .bz2), .npy, .npz, .parquet, .h5 or .hdf5. A name with * or ? stands for all files that it fits, in the order of
    /// their names. Of observations it is the file of the parameters if left out.
    /// </summary>
    [RelativeToFile]
    public string? Path { get; init; }

    /// <summary>More files, whose rows follow those of the path in this order, such as those of later rounds.</summary>
    [RelativeToFile]
    public IReadOnlyList<string> Append { get; init; } = [];

    /// <summary>The columns: by name, by a range such as 0-4 of their places from 0, or by a name with * or ?; all if left out.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>What the columns shall be called, one name for each; their own names, and theta_0 or x_0 and so on where they have none, if left out.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Its files.</summary>
    internal IReadOnlyList<string> Files => Path is null ? [] : TableFiles.Of([Path, .. Append]);

    /// <summary>How many columns there are, as far as the configuration tells; null where only the file does.</summary>
    internal int? Count => Names.Count > 0 ? Names.Count : ColumnPattern.Count(Columns) is > 0 and var columns ? columns : null;
}

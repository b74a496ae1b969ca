using System.Globalization;
using FFF.Formats;

namespace FFF.Datasets.Table;

/// <summary>The columns of a file of numbers; those of a matrix of NumPy are named by their numbers from 0.</summary>
/// <param name="Path">The file.</param>
/// <param name="Names">The names of all columns.</param>
/// <param name="AreNamed">Whether the file has them.</param>
internal sealed record TableColumns(string Path, IReadOnlyList<string> Names, bool AreNamed)
{
    // A longer list would hide the rest of the message.
    private const int MaxListed = 20;

    /// <summary>Those with whole numbers of so many digits that float64 rounds them, as far as they are known.</summary>
    public IReadOnlySet<int> Rounded { get; init; } = new HashSet<int>();

    /// <summary>Those whose numbers count the rows, of those that are called so.</summary>
    public IReadOnlySet<int> Counting { get; init; } = new HashSet<int>();

    /// <summary>Columns without names of their own.</summary>
    public static TableColumns Numbered(string path, long count) =>
        new(path, [.. Enumerable.Range(0, (int)count).Select(i => i.ToString(CultureInfo.InvariantCulture))], AreNamed: false);

    /// <summary>Whether a column is called as pandas calls one that only counts rows, where it reads again what it wrote as its index.</summary>
    public static bool IsCalledIndex(string name) => IsUnnamed(name) || name is "index" or "level_0" or "rownames";

    /// <summary>The column that only counts rows; null if there is none.</summary>
    public string? RowNumbers() => Names.Index().Where(name => IsCalledIndex(name.Item)).Select(name => ((int Index, string Item)?)name).FirstOrDefault()
        is { } named && (IsUnnamed(named.Item) || Counting.Contains(named.Index)) ? named.Item : null;

    /// <summary>Where the columns of these names are.</summary>
    /// <param name="names">The names.</param>
    /// <param name="key">The key of the configuration that has them.</param>
    /// <exception cref="DatasetException">There is no such column, or a value in it has more digits than float64 keeps.</exception>
    public int[] IndicesOf(IReadOnlyList<string> names, string key)
    {
        int[] indices = [.. names.Select(name => IndexOf(name, key))];
        RequireExact(names, indices, Rounded);
        return indices;
    }

    /// <summary>Throws where one of these columns was rounded.</summary>
    /// <exception cref="DatasetException">It was.</exception>
    public void RequireExact(IReadOnlyList<string> names, IReadOnlyList<int> indices, IReadOnlySet<int> rounded)
    {
        if (names.Zip(indices).FirstOrDefault(pair => rounded.Contains(pair.Second)).First is { } name)
        {
            throw new DatasetException($"{Path}: the column '{name}' holds whole numbers of more digits than float64 keeps, beyond 2⁵³, "
                + "so that different ones would be read as the same. Subtract an offset from the column first.");
        }
    }

    /// <summary>The error of a number that is not finite.</summary>
    public DatasetException NotFinite(long row, string column, double value) => new(FormattableString.Invariant(
        $"{Path}: row {row} (counted from 0, without a header), column '{column}': {value} is not finite; ") + "remove the row or replace the value.");

    /// <summary>The error of a column that is not there.</summary>
    /// <param name="problem">What is wrong, a sentence.</param>
    /// <param name="key">The key of the configuration that asks for it.</param>
    public DatasetException Missing(string problem, string key) => new($"{Path}: {problem} The columns are: "
        + $"{string.Join(", ", Names.Take(MaxListed))}{(Names.Count > MaxListed ? $" and {Names.Count - MaxListed} more" : "")}.")
    {
        Key = key,
    };

    private static bool IsUnnamed(string name) => name.StartsWith("Unnamed:", StringComparison.Ordinal);

    private int IndexOf(string name, string key)
    {
        var index = Names.Index().Where(c => c.Item == name).Select(c => c.Index).DefaultIfEmpty(-1).First();
        if (index >= 0)
        {
            return index;
        }

        var near = AreNamed ? NearestKey.Question(name, Names) : "";
        throw Missing($"there is no column '{name}'.{near}", key);
    }
}

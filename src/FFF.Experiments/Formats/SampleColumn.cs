namespace FFF.Formats;

/// <summary>A column that this program writes beside samples, and that is none of their own.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IfTaken">The name that it has where samples have a column of that name themselves.</param>
internal sealed record SampleColumn(string Name, string IfTaken)
{
    /// <summary>Log-densities.</summary>
    public static readonly SampleColumn LogProb = new("log_prob", "log_prob_of_flow");

    /// <summary>The row of the conditions, from 0, that each sample is of.</summary>
    public static readonly SampleColumn Row = new("row", "row_of_condition");

    /// <summary>The name that it is written by.</summary>
    /// <param name="samples">The samples' own columns.</param>
    public string Beside(IEnumerable<string> samples) => samples.Contains(Name) ? IfTaken : Name;

    /// <summary>The file that it is written to beside one of samples, a .npy.</summary>
    /// <param name="samples">The file of the samples.</param>
    public string FileBeside(string samples) => Path.ChangeExtension(samples, $".{Name}.npy");

    /// <summary>The name that it has in a table; null where it is not there.</summary>
    /// <param name="table">The table's columns.</param>
    public string? In(IReadOnlyList<string> table) => table.Contains(Name) ? table.Contains(IfTaken) ? IfTaken : Name : null;

    /// <summary>The columns of a table without those that stand beside samples.</summary>
    /// <param name="table">The table's columns.</param>
    public static IEnumerable<string> Own(IReadOnlyList<string> table) => table.Except([.. new[] { LogProb.In(table), Row.In(table) }.OfType<string>()]);
}

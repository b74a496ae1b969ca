using System.Collections.Immutable;
using FFF.Cli.Rendering;
using FFF.Datasets;
using FFF.Datasets.Particles;
using FFF.Formats;
using FFF.Runs;
using FFF.Sampling;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Cli.Parsing;

/// <summary>Rows that a run is asked about, from files: samples and, for a conditional run, what they are conditioned on.</summary>
internal static class RunRows
{
    /// <summary>Reads them.</summary>
    /// <param name="data">
    /// The file of the samples; of particles also positions as they are trained on. Columns that have names are taken by them; those of the run's conditions
    /// may be among them.
    /// </param>
    /// <param name="condition">A file of conditions, one for all or one each, or numbers; null where there is none.</param>
    /// <param name="run">The run.</param>
    /// <exception cref="FileReadException">A file cannot be read, or its columns are others.</exception>
    /// <exception cref="DatasetException">Positions cannot be read, or are of others.</exception>
    /// <exception cref="CommandException">Numbers are not finite, conditions are missing, or are as many as the samples are not.</exception>
    public static Samples Read(string data, string? condition, LoadedRun run)
    {
        if (run.Flow.Space is MoleculeSpace)
        {
            throw new CommandException(ExitCode.Usage, $"the run {Words.Name(run.Folder)} was trained on molecules, which are no rows of numbers.");
        }

        if (run.Flow.Space is MeanFreePositions shape && PositionsFile.IsKnown(data))
        {
            var (positions, _, types) = PositionsFile.Read(data, shape);
            RequireAtoms(data, types, shape, run);
            return new(positions, null) { Space = shape };
        }

        var file = MatrixFile.Read(data);
        var given = condition is not null ? ConditionText.Read(condition, run) : Own(file, run);
        if (run.Flow.ConditionDimension > 0 && given is null)
        {
            throw new CommandException(ExitCode.Usage, $"the run {Words.Name(run.Folder)} was trained with conditions: give --condition, a file with a row "
                + "for each row of --data or one for all, or columns of the same names in --data.");
        }

        var own = given is not null && condition is null ? Without(file, run.ConditionColumns) : file;
        var hasOneEach = given is { } each && each.dim() > 1 && each.shape[0] > 1;
        var values = own.Rows(run.Columns, $"the columns of the run {Words.Name(run.Folder)}", ofSeveral: hasOneEach);
        if (values.isfinite().logical_not().nonzero() is { } wrong && wrong.shape[0] > 0)
        {
            throw new CommandException(ExitCode.Usage,
                $"{data}: row {wrong[0, 0].item<long>()} (counted from 0, without a header) has a number that is not finite.");
        }

        // Of positions in a table, too, the density knows nothing of the mean.
        values = run.Flow.Space is MeanFreePositions particles ? MeanFree.Project(values.to(float64), particles) : values;
        return new(values, given is null ? null : Conditions(given, values.shape[0], condition ?? data, run)) { Space = run.Flow.Space };
    }

    /// <summary>Frames are rows by the order of their atoms alone: of other atoms, or in another order, each would be taken for one that it is not.</summary>
    private static void RequireAtoms(string path, ImmutableArray<string>? types, MeanFreePositions shape, LoadedRun run)
    {
        if (types is not { } found || shape.Labels is not { Names: var names } || !names.All(name => Elements.TryParseSymbol(name, out _)))
        {
            return;
        }

        var other = Enumerable.Range(0, names.Length).FirstOrDefault(atom => found[atom] != names[atom], -1);
        if (other >= 0)
        {
            throw new DatasetException($"{path}: atom {other} (counted from 0) is {found[other]}, but {names[other]} in the data of the run "
                + $"{Words.Name(run.Folder)}: other atoms, or in another order. Bring them into the run's order, {string.Join(' ', names)}.");
        }
    }

    private static Tensor Conditions(Tensor given, long count, string name, LoadedRun run)
    {
        var rows = given.dim() == 1 ? given.unsqueeze(0) : given;
        if (rows.shape[0] != 1 && rows.shape[0] != count)
        {
            throw new CommandException(ExitCode.Usage,
                $"{name}: has {NumberText.Counted(rows.shape[0], "row")} for {NumberText.Counted(count, "row")} of --data: give one for all, or one for each.");
        }

        return Checked(run, rows).expand(count, -1);
    }

    /// <summary>Conditions as the run's flow is given them.</summary>
    /// <param name="run">The run.</param>
    /// <param name="rows">As the user gives them.</param>
    /// <exception cref="CommandException">They are more or fewer numbers, or such as the flow cannot take.</exception>
    public static Tensor Checked(LoadedRun run, Tensor rows)
    {
        try
        {
            return RunConditions.ForFlow(run, rows);
        }
        catch (ConditionException e)
        {
            throw new CommandException(ExitCode.Usage, e.Message, e);
        }
    }

    /// <summary>The run's conditions from the same table; null where they are not all there.</summary>
    private static Tensor? Own(MatrixFile file, LoadedRun run) =>
        file.Columns is { } columns && run.ConditionColumns.Count > 0 && run.ConditionColumns.All(columns.Contains)
            ? Without(file, [.. columns.Except(run.ConditionColumns)]).Rows(run.ConditionColumns, "the conditions of this run")
            : null;

    private static MatrixFile Without(MatrixFile file, IReadOnlyList<string> names)
    {
        var kept = file.Columns!.Index().Where(column => !names.Contains(column.Item)).ToList();
        var values = file.Values.index_select(1, tensor(kept.Select(column => (long)column.Index).ToArray()));
        return new(file.Path, [.. kept.Select(column => column.Item)], values);
    }
}

using System.Globalization;
using System.Text;
using FFF.Configuration;
using FFF.Formats;

namespace FFF.Runs;

/// <summary>
/// Appends scalars to a run's metrics.csv, one row per logged step, and the same to a file for TensorBoard. Every row is
/// handed to the operating system at once, so that others can follow a run and a crash loses none.
/// </summary>
internal sealed class MetricsWriter : IDisposable
{
    /// <summary>The first column: the training step.</summary>
    public const string StepColumn = "step";

    private readonly string _path;
    private readonly string[] _columns;
    private readonly FileStream _csv;
    private readonly TensorBoardWriter _tensorBoard;

    private MetricsWriter(string path, string[] columns, FileStream csv, TensorBoardWriter tensorBoard) =>
        (_path, _columns, _csv, _tensorBoard) = (path, columns, csv, tensorBoard);

    /// <summary>The rows that were there when it began to write.</summary>
    public int Rows { get; private init; }

    /// <summary>Starts the metrics of a new run.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="columns">The scalars' names, besides the step: distinct, without commas, quotes or line breaks.</param>
    /// <exception cref="FileWriteException">A file cannot be written.</exception>
    /// <exception cref="ArgumentException">A name is not allowed.</exception>
    public static MetricsWriter Create(RunFolder folder, IReadOnlyList<string> columns)
    {
        AtomicFile.WriteText(folder.MetricsFile, Header(columns));
        var tensorBoard = TensorBoardWriter.Create(folder.Path);
        if (File.Exists(folder.ConfigFile))
        {
            tensorBoard.Write(TensorBoardSettings.Start(ResolvedConfig.Read(folder.ConfigFile), DateTimeOffset.UtcNow));
        }

        return Open(folder, columns, tensorBoard);
    }

    /// <summary>Goes on with the metrics of a run that resumes after a step; rows of later steps are dropped, as they will come again.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="columns">The columns of the start, or more: earlier versions logged fewer.</param>
    /// <param name="step">The step that the run resumes after.</param>
    /// <exception cref="FileReadException">metrics.csv is missing, damaged, or has other columns.</exception>
    /// <inheritdoc cref="Create" path="/exception"/>
    public static MetricsWriter Resume(RunFolder folder, IReadOnlyList<string> columns, long step)
    {
        var header = Header(columns);
        var old = MetricsReader.CompleteLines(folder.MetricsFile);
        var before = old.Split('\n')[0].Split(',');
        if (before[0] != StepColumn || before.Except(columns.Prepend(StepColumn)).Any())
        {
            throw new FileReadException(folder.MetricsFile,
                $"begins with '{old.Split('\n')[0]}', but this run logs '{header.TrimEnd()}'. Resume with the configuration that the run was started with.");
        }

        int[] places = [.. columns.Prepend(StepColumn).Select(name => Array.IndexOf(before, name))];
        List<string> kept =
        [
            .. old.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Where(row => StepOf(row, folder.MetricsFile) <= step)
                .Select(row => row.Split(',')).Select(cells => string.Join(',', places.Select(place => cells.ElementAtOrDefault(place)))),
        ];
        FileLink.Replace(folder.MetricsFile);
        AtomicFile.WriteText(folder.MetricsFile, header + string.Concat(kept.Select(row => row + "\n")));
        return Open(folder, columns, TensorBoardWriter.Resume(folder.Path, step + 1), kept.Count);
    }

    /// <summary>Appends a row.</summary>
    /// <param name="step">The training step, larger than that of the row before.</param>
    /// <param name="values">Scalars by name; what is not measured at this step is left out.</param>
    /// <exception cref="FileWriteException">The disk is full, or the folder is gone.</exception>
    /// <exception cref="ArgumentException">A name is no column.</exception>
    public void Append(long step, IReadOnlyDictionary<string, double> values)
    {
        if (values.Keys.FirstOrDefault(name => !_columns.Contains(name)) is { } unknown)
        {
            throw new ArgumentException($"'{unknown}' is no column; there are {string.Join(", ", _columns)}.", nameof(values));
        }

        try
        {
            var cells = _columns.Select(name => values.TryGetValue(name, out var value) ? value.ToString("R", CultureInfo.InvariantCulture) : "");
            _csv.Write(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{step},{string.Join(',', cells)}\n")));
            _tensorBoard.Write(step, values);
        }
        catch (IOException e)
        {
            throw new FileWriteException(_path, e);
        }
    }

    /// <summary>Tells TensorBoard that the run has reached its end.</summary>
    /// <exception cref="FileWriteException">The disk is full, or the folder is gone.</exception>
    public void End()
    {
        try
        {
            _tensorBoard.Write(TensorBoardSettings.End(DateTimeOffset.UtcNow));
        }
        catch (IOException e)
        {
            throw new FileWriteException(_path, e);
        }
    }

    /// <summary>Waits until all rows are on the disk: a checkpoint must not survive a loss of power that the rows before it do not.</summary>
    /// <exception cref="FileWriteException">The disk is full, or gone.</exception>
    public void Flush()
    {
        try
        {
            DiskFlush.Content(_csv);
        }
        catch (IOException e)
        {
            throw new FileWriteException(_path, e);
        }
    }

    /// <summary>Closes the files.</summary>
    public void Dispose()
    {
        _csv.Dispose();
        _tensorBoard.Dispose();
    }

    private static MetricsWriter Open(RunFolder folder, IReadOnlyList<string> columns, TensorBoardWriter tensorBoard, int rows = 0)
    {
        var csv = new FileStream(folder.MetricsFile, FileMode.Append, FileAccess.Write, FileShare.Read | FileShare.Delete, bufferSize: 0);
        return new MetricsWriter(folder.MetricsFile, [.. columns], csv, tensorBoard) { Rows = rows };
    }

    private static string Header(IReadOnlyList<string> columns)
    {
        string[] all = [StepColumn, .. columns];
        return ColumnNames.Problem(all) is not { } problem && !all.Any(name => name.AsSpan().ContainsAny(",\"\r\n"))
            ? string.Join(',', all) + "\n"
            : throw new ArgumentException(
                $"The columns {string.Join(" | ", all)} are not allowed: names must be distinct, and without commas, quotes or line breaks.", nameof(columns));
    }

    private static long StepOf(string row, string path) =>
        long.TryParse(row.AsSpan(0, Math.Max(row.IndexOf(','), 0)), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var step)
            ? step
            : throw new FileReadException(path, $"the row '{row}' begins with no step: the file is damaged. Remove the row to resume.");
}

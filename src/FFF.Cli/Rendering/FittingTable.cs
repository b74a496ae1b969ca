using Spectre.Console;
using Spectre.Console.Rendering;

namespace FFF.Cli.Rendering;

/// <summary>A column of a <see cref="FittingTable"/>.</summary>
/// <param name="Header">Its name.</param>
/// <param name="Alignment">Where its cells stand.</param>
/// <param name="IsOptional">Whether it may be left out where the table is too wide, the last such column first.</param>
internal sealed record TableColumn(string Header, Justify Alignment, bool IsOptional = false)
{
    public static implicit operator TableColumn((string Header, Justify Alignment) column) => new(column.Header, column.Alignment);
}

/// <summary>
/// A table that never breaks a number or a word: where the terminal is too narrow, it leaves out what may be left out, and where
/// it is still too wide, shows row below row, a cell a line.
/// </summary>
internal sealed class FittingTable(IReadOnlyList<TableColumn> columns) : IRenderable
{
    private const int Unbroken = 100_000;

    private readonly List<string[]> _rows = [];

    /// <summary>Adds a row of plain texts, whatever brackets are in them; without any, an empty one.</summary>
    public FittingTable Row(params string[] cells)
    {
        _rows.Add(cells);
        return this;
    }

    /// <inheritdoc/>
    public Measurement Measure(RenderOptions options, int maxWidth) => Fitting(options, maxWidth).Measure(options, maxWidth);

    /// <inheritdoc/>
    public IEnumerable<Segment> Render(RenderOptions options, int maxWidth) => Fitting(options, maxWidth).Render(options, maxWidth);

    private IRenderable Fitting(RenderOptions options, int width)
    {
        var shown = Enumerable.Range(0, columns.Count).ToList();
        for (var table = Of(shown); ; table = Of(shown))
        {
            if (table.Measure(options, Unbroken).Max <= width)
            {
                return table;
            }

            var last = shown.FindLastIndex(i => columns[i].IsOptional);
            if (last < 0)
            {
                return Stacked(shown);
            }

            shown.RemoveAt(last);
        }
    }

    private IRenderable Of(IReadOnlyList<int> shown)
    {
        var table = new Table { Border = TableBorder.Simple, UseSafeBorder = false };
        foreach (var (header, alignment, _) in shown.Select(i => columns[i]))
        {
            table.AddColumn(new Spectre.Console.TableColumn(Screen.Cell(header)) { Alignment = alignment, NoWrap = true, Padding = new Padding(0, 0, 2, 0) });
        }

        foreach (var row in _rows)
        {
            _ = row.Length == 0 ? table.AddEmptyRow() : table.AddRow(shown.Where(i => i < row.Length).Select(i => Screen.Cell(row[i])));
        }

        return table;
    }

    /// <summary>The first cell of each row, and the others below it with their headers.</summary>
    private Rows Stacked(IReadOnlyList<int> shown) => new(_rows.Where(row => row.Length > 0).SelectMany(row => (IEnumerable<IRenderable>)
    [
        Screen.Cell(row[0]),
        Tables.Pairs(shown.Skip(1).Where(i => i < row.Length && row[i].Length > 0).Select(i => (columns[i].Header, row[i]))),
    ]));
}

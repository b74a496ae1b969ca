using FFF.Evaluations;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace FFF.Cli.Rendering;

/// <summary>Tables as all commands show them.</summary>
internal static class Tables
{
    /// <summary>The result of an evaluation.</summary>
    public static IRenderable Of(ResultTable result) => new Rows(result.Parts.Select(part => (IRenderable)(part switch
    {
        NamedValues pairs => Pairs(pairs.Rows),
        ColumnTable columns => columns.Rows.Aggregate(
            Create([.. columns.Columns.Select(column => new TableColumn(column.Header, column.IsText ? Justify.Left : Justify.Right))]),
            (table, row) => table.Row([.. row])),
        TextLine { Text.Length: 0 } => Text.Empty,
        TextLine line => Screen.Cell(line.Text),
        _ => throw new InvalidOperationException($"Unknown part of a table: {part.GetType()}"),
    })));

    /// <summary>A table with a header.</summary>
    public static FittingTable Create(params TableColumn[] columns) => new(columns);

    /// <summary>Names and values, one pair a line.</summary>
    public static Grid Pairs(IEnumerable<(string Name, string Value)> pairs)
    {
        var grid = new Grid()
            .AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(2, 0, 2, 0) })
            .AddColumn(new GridColumn { Padding = new Padding(0, 0, 0, 0) });
        foreach (var (name, value) in pairs)
        {
            grid.AddRow(Screen.Cell(name), Screen.Cell(value));
        }

        return grid;
    }
}

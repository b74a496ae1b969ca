namespace FFF.Evaluations;

/// <summary>A result for people, in parts that follow each other.</summary>
/// <param name="Parts">The parts, from top to bottom.</param>
public sealed record ResultTable(params IReadOnlyList<TablePart> Parts);

/// <summary>A part of a <see cref="ResultTable"/>.</summary>
public abstract record TablePart;

/// <summary>A line of text; an empty one keeps what follows apart.</summary>
/// <param name="Text">The text.</param>
public sealed record TextLine(string Text = "") : TablePart;

/// <summary>Names and values, a pair a line.</summary>
/// <param name="Rows">The pairs.</param>
public sealed record NamedValues(params IReadOnlyList<(string Name, string Value)> Rows) : TablePart;

/// <summary>Rows and columns with a header.</summary>
/// <param name="Columns">The header.</param>
/// <param name="Rows">The cells, as many in each row as there are columns.</param>
public sealed record ColumnTable(IReadOnlyList<Column> Columns, IReadOnlyList<IReadOnlyList<string>> Rows) : TablePart;

/// <summary>A column's header.</summary>
/// <param name="Header">Its name.</param>
/// <param name="IsText">Whether it holds words, which stand on the left, and not numbers.</param>
public sealed record Column(string Header, bool IsText = false);

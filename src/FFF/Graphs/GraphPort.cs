namespace FFF.Graphs;

/// <summary>What a graph is given or gives: N rows of so many columns, or N numbers.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What the numbers are.</param>
/// <param name="Columns">How many columns; null for N numbers.</param>
/// <param name="Text">What it is, with its unit.</param>
internal sealed record GraphPort(string Name, ElementKind Kind, int? Columns, string Text);

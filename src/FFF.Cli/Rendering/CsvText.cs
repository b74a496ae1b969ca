namespace FFF.Cli.Rendering;

/// <summary>Comma-separated values of any text (RFC 4180).</summary>
internal static class CsvText
{
    /// <summary>A row, with quotes around what needs them.</summary>
    public static string Row(IEnumerable<string> cells) => string.Join(',', cells.Select(cell => Quoted(PlainText.Of(cell)))) + "\n";

    private static string Quoted(string cell) => cell.AsSpan().ContainsAny(",\"\r\n") ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell;
}

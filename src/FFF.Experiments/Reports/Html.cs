using System.Globalization;
using System.Net;
using FFF.Plots;

namespace FFF.Reports;

/// <summary>Text for HTML. Whatever comes from a run passes through here: nothing in a file can become markup.</summary>
internal static class Html
{
    /// <summary>The text with &lt;, &gt;, &amp; and both quotes replaced; other control characters than line breaks are dropped.</summary>
    public static string Text(string text) => WebUtility.HtmlEncode(string.Concat(text.Where(c => !char.IsControl(c) || c is '\n' or '\t')));

    /// <summary>A number with five digits, very small and large ones with a power of ten.</summary>
    public static string Number(double value)
    {
        var parts = value.ToString("G5", CultureInfo.InvariantCulture).Replace('-', '−').Split('E');
        return parts.Length == 1 ? Text(parts[0]) : $"{parts[0]}·10{LogAxis.Superscript(int.Parse(parts[1].Replace('−', '-'), CultureInfo.InvariantCulture))}";
    }

    /// <summary>A table with a header.</summary>
    /// <param name="header">The columns' names.</param>
    /// <param name="rows">The cells, as HTML.</param>
    public static string Table(IEnumerable<string> header, IEnumerable<IEnumerable<string>> rows) =>
        $"<div class=\"scroll\"><table><thead><tr>{string.Concat(header.Select(name => $"<th scope=\"col\">{Text(name)}</th>"))}</tr></thead><tbody>"
        + $"{string.Concat(rows.Select(row => $"<tr>{string.Concat(row.Select(cell => $"<td>{cell}</td>"))}</tr>"))}</tbody></table></div>\n";

    /// <summary>Names and values, given as HTML.</summary>
    public static string Pairs(IEnumerable<(string Name, string Value)> pairs) =>
        "<table class=\"pairs\"><tbody>"
        + $"{string.Concat(pairs.Select(pair => $"<tr><th scope=\"row\">{Text(pair.Name)}</th><td>{pair.Value}</td></tr>"))}</tbody></table>\n";

    /// <summary>An identifier for links within the page.</summary>
    public static string Id(string text) => string.Concat(text.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'));
}

using System.Globalization;
using System.Text;
using FFF.Formats;
using FFF.Reports;

namespace FFF.Paper;

/// <summary>All parts that are done as one HTML page that needs nothing beside it, in the paper's order.</summary>
internal static class PaperPage
{
    /// <summary>The page's name in the folder.</summary>
    public const string FileName = "paper.html";

    /// <summary>The page; what is damaged in the folder is told before hours are spent.</summary>
    /// <param name="folder">The folder of the parts.</param>
    /// <exception cref="FileReadException">Findings or a picture cannot be read.</exception>
    public static string Create(string folder)
    {
        var done = PaperPart.All.Select(part => (Part: part, Findings: PaperFindings.Read(Path.Combine(folder, part.Name))))
            .Where(one => one.Findings is not null).ToList();
        var page = new StringBuilder();
        page.Append("<header><h1>Free-form flows: the paper's figures and tables, computed here</h1></header>\n"
            + "<p>Draxler, Sorrenson, Zimmermann, Rousselot, Köthe: Free-form Flows: Make Any Architecture a Normalizing Flow, AISTATS 2024. "
            + "Its figures are described in words; the pictures and numbers are this program's.</p>\n");
        page.Append($"<nav>{string.Concat(done.Select(one => $"<a href=\"#{one.Part.Name}\">{Html.Text(one.Part.Title)}</a>"))}</nav>\n");
        foreach (var (part, findings) in done)
        {
            page.Append(Section(Path.Combine(folder, part.Name), part, findings!));
        }

        return HtmlPage.Of("The paper, computed", page.ToString());
    }

    private static string Section(string folder, PaperPart part, PaperFindings findings)
    {
        var text = new StringBuilder($"<section id=\"{part.Name}\">\n<header><h1>{Html.Text(part.Title)}</h1></header>\n");
        text.Append($"<h2>What the paper shows</h2>\n<p>{Html.Text(part.Shows)}</p>\n<h2>{(findings.IsFull ? "Here, at the published size" : "Here")}</h2>\n");
        text.Append(string.Concat(findings.Doubts.Select(doubt => $"<p class=\"failure\">{Html.Text(doubt)}</p>\n")));
        text.Append("<div class=\"pictures\">\n");
        foreach (var picture in findings.Pictures)
        {
            text.Append(CultureInfo.InvariantCulture, $"<figure><img alt=\"{Html.Text(picture.Caption)}\" "
                + $"src=\"{HtmlPage.Png(Path.Combine(folder, picture.File))}\">"
                + $"<figcaption>{Html.Text(picture.Caption)}</figcaption></figure>\n");
        }

        text.Append("</div>\n");
        foreach (var table in findings.Tables)
        {
            text.Append($"<h3>{Html.Text(table.Caption)}</h3>\n{Html.Table(table.Columns, table.Rows.Select(row => row.Select(Html.Text)))}");
        }

        text.Append(string.Concat(findings.Remarks.Select(remark => $"<p>{Html.Text(remark)}</p>\n")));
        if (findings.Commands.Count > 0)
        {
            text.Append($"<h3>Commands</h3>\n<pre>{Html.Text(string.Join('\n', findings.Commands))}</pre>\n");
        }

        return text.Append("</section>\n").ToString();
    }
}

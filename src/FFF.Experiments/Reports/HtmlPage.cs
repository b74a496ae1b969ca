using System.Globalization;
using System.Reflection;
using FFF.Formats;
using FFF.Runs;

namespace FFF.Reports;

/// <summary>A page that needs nothing beside it, and forbids itself scripts and any access to the network.</summary>
internal static class HtmlPage
{
    /// <summary>The page.</summary>
    /// <param name="title">Its title, as plain text.</param>
    /// <param name="content">What it shows, as HTML.</param>
    public static string Of(string title, string content) => string.Create(CultureInfo.InvariantCulture, $"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
        <title>{Html.Text(title)}</title>
        <style>
        {Style()}</style>
        </head>
        <body>
        <main>
        {content}<footer>fff {Html.Text(Manifest.ThisProgram)}, {DateTimeOffset.UtcNow:yyyy-MM-dd HH:mm} UTC</footer>
        </main>
        </body>
        </html>

        """);

    /// <summary>A picture as the address that an image takes.</summary>
    /// <exception cref="FileReadException">The picture cannot be read.</exception>
    public static string Png(string path) => $"data:image/png;base64,{Convert.ToBase64String(InputFile.ReadBytes(path))}";

    private static string Style()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("FFF.Reports.report.css")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}

using ScottPlot;
using SkiaSharp;

namespace FFF.Plots;

/// <summary>The font of all text in pictures: Inter, embedded, so that a machine without fonts draws the same picture.</summary>
internal static class PlotFont
{
    /// <summary>The name by which plots ask for it; no constant, as whoever reads it must find it registered.</summary>
    public static string Name { get; } = "Inter (embedded)";

    static PlotFont()
    {
        using var file = typeof(PlotFont).Assembly.GetManifestResourceStream("FFF.Plots.Font.Inter-Regular.otf")!;
        Typeface = SKTypeface.FromStream(file);
        Fonts.FontResolvers.Insert(0, new Resolver());
    }

    /// <summary>The typeface; it lives as long as the process.</summary>
    public static SKTypeface Typeface { get; }

    /// <summary>How wide a text is, in pixels.</summary>
    public static float Width(string text, float size)
    {
        using var font = new SKFont(Typeface, size);
        return font.MeasureText(text);
    }

    /// <summary>The size at which a text is no wider than so many pixels: the size itself where it fits, but never less than the least.</summary>
    public static float SizeToFit(string text, float size, float least, float width) => Math.Clamp(size * width / Math.Max(Width(text, size), 1), least, size);

    /// <summary>The text, shortened with an ellipsis where it is wider than so many pixels.</summary>
    public static string Fit(string text, float size, float width)
    {
        using var font = new SKFont(Typeface, size);
        var fitting = text;
        for (var length = text.Length - 1; length > 0 && font.MeasureText(fitting) > width; length--)
        {
            fitting = text[..length].TrimEnd() + "…";
        }

        return fitting;
    }

    /// <summary>Answers to the embedded font's name only, and so leaves other plots of the process alone.</summary>
    private sealed class Resolver : IFontResolver
    {
        public SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) => fontName == Name ? Typeface : null;

        public SKTypeface? CreateTypeface(string fontName, bool bold, bool italic) => fontName == Name ? Typeface : null;
    }
}

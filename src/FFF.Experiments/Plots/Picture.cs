using FFF.Formats;
using ScottPlot;
using SkiaSharp;

namespace FFF.Plots;

/// <summary>A picture in the making: panels and text at places in pixels, from the upper left corner.</summary>
internal sealed class Picture : IDisposable
{
    /// <summary>Pixels between the picture's edge and what is drawn.</summary>
    public const float Edge = 24;

    /// <summary>The size of the title, in pixels.</summary>
    public const float TitleSize = 24;

    /// <summary>The size of keys and remarks, in pixels.</summary>
    public const float TextSize = 18;

    private readonly SKSurface _surface;
    private readonly int _width;
    private readonly int _height;

    /// <summary>An empty picture of this size in pixels, with a title.</summary>
    public Picture(int width, int height, string title)
    {
        (_width, _height) = (width, height);
        _surface = SKSurface.Create(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque))
            ?? throw new InvalidOperationException($"There is not enough memory for a picture of {width} × {height} pixels.");
        _surface.Canvas.Clear(SKColors.White);
        Text(title, Edge, Edge + TitleSize, Palette.Ink, TitleSize);
    }

    /// <summary>What shapes other than panels and text are drawn on, in pixels.</summary>
    public SKCanvas Canvas => _surface.Canvas;

    /// <summary>Draws a panel with its axes; the rectangle is that of the data.</summary>
    public void Draw(Panel panel, PixelRect data)
    {
        panel.Plot.Layout.Fixed(data);
        panel.Plot.Render(_surface.Canvas, new PixelRect(0, _width, _height, 0));
    }

    /// <summary>Writes a line of text, shortened where the picture ends or, if given, at right; y is its baseline.</summary>
    /// <returns>Where it ends, x.</returns>
    public float Text(string text, float x, float y, Color color, float size = TextSize, float? right = null)
    {
        using var font = new SKFont(PlotFont.Typeface, size) { Subpixel = true };
        using var paint = new SKPaint { Color = color.ToSKColor(), IsAntialias = true };
        var fitting = PlotFont.Fit(text, size, (right ?? (_width - Edge)) - x);
        _surface.Canvas.DrawText(fitting, x, y, SKTextAlign.Left, font, paint);
        return x + font.MeasureText(fitting);
    }

    /// <summary>Writes what a colour stands for, after a stroke of it, or a dashed line; y is the baseline.</summary>
    /// <returns>Where the next entry may begin, x.</returns>
    public float Key(string text, float x, float y, Color color, bool dashed = false)
    {
        const float Stroke = 26;
        using var dashes = dashed ? SKPathEffect.CreateDash([7, 2.5f], 0) : null;
        using var paint = new SKPaint { Color = color.ToSKColor(), IsAntialias = true, StrokeWidth = dashed ? 2.5f : 4, PathEffect = dashes };
        var middle = y - (TextSize * 0.36f);
        _surface.Canvas.DrawLine(x, middle, x + Stroke, middle, paint);
        return Text(text, x + Stroke + 8, y, Palette.Ink) + 28;
    }

    /// <summary>Writes the picture as PNG.</summary>
    /// <exception cref="FileWriteException">The file cannot be written.</exception>
    public void Save(string path)
    {
        using var image = _surface.Snapshot();
        using var png = image.Encode(SKEncodedImageFormat.Png, 100);
        AtomicFile.Write(path, png.SaveTo);
    }

    /// <inheritdoc/>
    public void Dispose() => _surface.Dispose();
}

using FFF.Formats;
using FFF.Spaces;
using SkiaSharp;

namespace FFF.Plots.Molecules;

/// <summary>A picture of molecules in rows and columns, with their formulas and whether they are stable.</summary>
internal static class MoleculeGrid
{
    /// <summary>As many molecules as a picture can hold.</summary>
    public const int MaxMolecules = 400;

    private const int Width = 260;
    private const int MaxTitle = 8 * Width;
    private const int Height = 210;
    private const int Caption = 60;
    private const int Header = 64;
    private const float SmallestText = 7;
    private const double MaxScale = 64;
    private const double Margin = 18;

    /// <summary>Draws molecules.</summary>
    /// <param name="molecules">1 to <see cref="MaxMolecules"/> of them; the bonds are inferred.</param>
    /// <param name="title">What stands above.</param>
    /// <param name="path">Where the picture goes, a PNG.</param>
    /// <exception cref="FileWriteException">The file cannot be written.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are none, or too many.</exception>
    public static void Save(IReadOnlyCollection<Molecule> molecules, string title, string path)
    {
        ArgumentOutOfRangeException.ThrowIfZero(molecules.Count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(molecules.Count, MaxMolecules);
        MoleculePicture[] pictures = [.. molecules.Select(MoleculePicture.Of)];
        BallAndStick[] drawings = [.. pictures.Select(picture => new BallAndStick(picture))];
        var columns = (int)Math.Ceiling(Math.Sqrt(molecules.Count));
        var rows = (molecules.Count + columns - 1) / columns;
        var width = Math.Max(columns * Width, Math.Min((int)PlotFont.Width(title, Picture.TitleSize) + 1, MaxTitle));
        using var image = new Picture((int)(2 * Picture.Edge) + width, Header + (rows * (Height + Caption)) + (int)Picture.Edge, title);
        var scale = CommonScale(drawings);
        for (var i = 0; i < drawings.Length; i++)
        {
            var (left, top) = (Picture.Edge + (i % columns * Width), Header + (i / columns * (Height + Caption)));
            drawings[i].Draw(image.Canvas, left + (Width / 2f), top + (Height / 2f), Math.Min(scale, Fitting(drawings[i])));
            Write(image, pictures[i], left + (float)Margin, top + Height + (Picture.TextSize / 2));
        }

        image.Save(path);
    }

    /// <summary>
    /// Pixels per ångström: most molecules have the same, so that their sizes can be compared; a few that are far larger do not make all others tiny.
    /// </summary>
    private static double CommonScale(BallAndStick[] drawings)
    {
        double[] fitting = [.. drawings.Select(Fitting).Order()];
        return Math.Min(MaxScale, fitting[fitting.Length / 10]);
    }

    private static double Fitting(BallAndStick drawing) => Math.Min((Width - (2 * Margin)) / drawing.Width, (Height - Margin) / drawing.Height);

    /// <summary>The formula, and below it what is wrong with the molecule. Whatever is long is written smaller, so that it is there as a whole.</summary>
    private static void Write(Picture image, MoleculePicture picture, float x, float y)
    {
        const float Dot = 5;
        var colour = picture.Stability.IsStable ? Palette.Third : Palette.Second;
        using var paint = new SKPaint { Color = colour.ToSKColor(), IsAntialias = true };
        image.Canvas.DrawCircle(x + Dot, y - (Picture.TextSize * 0.36f), Dot, paint);
        var right = x + Width - (2 * (float)Margin);
        Line(picture.Formula, y, Palette.Ink, Picture.TextSize);
        if (!picture.Stability.IsStable)
        {
            Line(picture.Note, y + Picture.TextSize + 2, Palette.Aside, Picture.TextSize - 3);
        }

        void Line(string text, float baseline, ScottPlot.Color ink, float size)
        {
            var start = x + (3 * Dot);
            image.Text(text, start, baseline, ink, PlotFont.SizeToFit(text, size, SmallestText, right - start), right);
        }
    }
}

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
    private const int Height = 210;
    private const int Caption = 40;
    private const int Header = 64;
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
        using var image = new Picture((int)(2 * Picture.Edge) + (columns * Width), Header + (rows * (Height + Caption)) + (int)Picture.Edge, title);
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

    private static void Write(Picture image, MoleculePicture picture, float x, float y)
    {
        const float Dot = 5;
        var colour = picture.Stability.IsStable ? Palette.Third : Palette.Second;
        using var paint = new SKPaint { Color = colour.ToSKColor(), IsAntialias = true };
        image.Canvas.DrawCircle(x + Dot, y - (Picture.TextSize * 0.36f), Dot, paint);
        var right = x + Width - (2 * (float)Margin);
        var end = image.Text(picture.Formula, x + (3 * Dot), y, Palette.Ink, right: right);
        if (!picture.Stability.IsStable)
        {
            image.Text(picture.Note, end + 12, y, Palette.Aside, Picture.TextSize - 3, right);
        }
    }
}

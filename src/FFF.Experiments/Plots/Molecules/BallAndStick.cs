using FFF.Spaces;
using SkiaSharp;

namespace FFF.Plots.Molecules;

/// <summary>Draws a molecule: a ball per atom, a stick per bond, two or three thinner ones for double and triple bonds.</summary>
/// <remarks>Seen from infinitely far on the z axis. What is farther is drawn first, and paler.</remarks>
internal sealed class BallAndStick
{
    private const double StickWidth = 0.20;
    private const double ThinStickWidth = 0.11;
    private const double StickDistance = 0.22;
    private const float Palest = 0.35f;

    /// <summary>Within so many ångström in depth, nothing gets paler.</summary>
    private const double FlatDepth = 2.5;

    private static readonly SKColor StickColour = new(0xA8, 0xA8, 0xA8);

    private readonly MoleculePicture _picture;
    private readonly Position[] _places;
    private readonly double _front;
    private readonly double _depth;

    /// <summary>A molecule, turned so that most of it is seen.</summary>
    public BallAndStick(MoleculePicture picture)
    {
        _picture = picture;
        _places = PrincipalAxes.Turned(picture.Molecule);
        _front = _places.Max(p => p.Z);
        _depth = Math.Max(FlatDepth, _front - _places.Min(p => p.Z));
        var (left, right) = (Extent((p, r) => p.X - r, Math.Min), Extent((p, r) => p.X + r, Math.Max));
        var (bottom, top) = (Extent((p, r) => p.Y - r, Math.Min), Extent((p, r) => p.Y + r, Math.Max));
        (Width, Height, Centre) = (right - left, top - bottom, ((left + right) / 2, (bottom + top) / 2));
    }

    /// <summary>How wide it is, in ångström.</summary>
    public double Width { get; }

    /// <summary>How high it is, in ångström.</summary>
    public double Height { get; }

    private (double X, double Y) Centre { get; }

    /// <summary>Draws it.</summary>
    /// <param name="canvas">What is drawn on.</param>
    /// <param name="x">The middle, in pixels.</param>
    /// <param name="y">The middle, in pixels.</param>
    /// <param name="scale">Pixels per ångström.</param>
    public void Draw(SKCanvas canvas, float x, float y, double scale)
    {
        var parts = new List<(double Depth, Action Draw)>();
        for (var atom = 0; atom < _places.Length; atom++)
        {
            var (place, style) = (_places[atom], AtomStyle.Of(_picture.Molecule.Elements[atom]));
            parts.Add((place.Z, () => DrawBall(canvas, At(place), (float)(style.Radius * scale), Paled(style.Colour, place.Z))));
        }

        foreach (var bond in _picture.Graph.Bonds)
        {
            parts.Add(((_places[bond.First].Z + _places[bond.Second].Z) / 2, () => DrawBond(canvas, bond, At, scale)));
        }

        foreach (var (_, draw) in parts.OrderBy(part => part.Depth))
        {
            draw();
        }

        SKPoint At(Position place) => new(x + (float)((place.X - Centre.X) * scale), y - (float)((place.Y - Centre.Y) * scale));
    }

    private double Extent(Func<Position, double, double> edge, Func<double, double, double> choose) =>
        _places.Select((place, atom) => edge(place, AtomStyle.Of(_picture.Molecule.Elements[atom]).Radius)).Aggregate(choose);

    private void DrawBond(SKCanvas canvas, Bond bond, Func<Position, SKPoint> at, double scale)
    {
        // From the surface of the ball that is farther, into the ball that is nearer and drawn later.
        var (far, near) = _places[bond.First].Z < _places[bond.Second].Z ? (bond.First, bond.Second) : (bond.Second, bond.First);
        var (a, b) = (_places[far], _places[near]);
        var length = Math.Max(a.DistanceTo(b), 1e-9);
        var share = 0.9 * AtomStyle.Of(_picture.Molecule.Elements[far]).Radius / length;
        var start = new Position(a.X + (share * (b.X - a.X)), a.Y + (share * (b.Y - a.Y)), a.Z + (share * (b.Z - a.Z)));
        var (from, to) = (at(start), at(b));
        var across = Unit(new(from.Y - to.Y, to.X - from.X));
        var width = (float)((bond.Order == 1 ? StickWidth : ThinStickWidth) * scale);
        for (var i = 0; i < bond.Order; i++)
        {
            var shift = (float)((i - ((bond.Order - 1) / 2.0)) * StickDistance * scale);
            var offset = new SKPoint(across.X * shift, across.Y * shift);
            DrawStick(canvas, from + offset, to + offset, across, width, Paled(StickColour, (a.Z + b.Z) / 2));
        }
    }

    private static void DrawBall(SKCanvas canvas, SKPoint centre, float radius, SKColor colour)
    {
        var light = new SKPoint(centre.X - (0.35f * radius), centre.Y - (0.4f * radius));
        using var shader = SKShader.CreateTwoPointConicalGradient(
            light, 0, centre, radius, [Mixed(colour, SKColors.White, 0.75f), Mixed(colour, SKColors.White, 0.2f), colour, Mixed(colour, SKColors.Black, 0.38f)],
            [0, 0.3f, 0.65f, 1], SKShaderTileMode.Clamp);
        using var fill = new SKPaint { Shader = shader, IsAntialias = true };
        canvas.DrawCircle(centre, radius, fill);
        using var edge = new SKPaint
        {
            Style = SKPaintStyle.Stroke,
            StrokeWidth = Math.Max(0.75f, radius * 0.05f),
            Color = Mixed(colour, SKColors.Black, 0.5f),
            IsAntialias = true,
        };
        canvas.DrawCircle(centre, radius, edge);
    }

    private static void DrawStick(SKCanvas canvas, SKPoint from, SKPoint to, SKPoint across, float width, SKColor colour)
    {
        var half = new SKPoint(across.X * width / 2, across.Y * width / 2);
        using var path = new SKPath();
        path.AddPoly([from + half, to + half, to - half, from - half]);
        using var shader = SKShader.CreateLinearGradient(
            from - half, from + half, [Mixed(colour, SKColors.Black, 0.45f), Mixed(colour, SKColors.White, 0.55f), Mixed(colour, SKColors.Black, 0.45f)],
            [0, 0.4f, 1], SKShaderTileMode.Clamp);
        using var paint = new SKPaint { Shader = shader, IsAntialias = true };
        canvas.DrawPath(path, paint);
    }

    /// <summary>The colour of something at this depth.</summary>
    private SKColor Paled(SKColor colour, double z) => Mixed(colour, SKColors.White, (float)(Palest * (_front - z) / _depth));

    private static SKColor Mixed(SKColor colour, SKColor with, float share) => new(
        (byte)(colour.Red + ((with.Red - colour.Red) * share)),
        (byte)(colour.Green + ((with.Green - colour.Green) * share)),
        (byte)(colour.Blue + ((with.Blue - colour.Blue) * share)));

    private static SKPoint Unit(SKPoint vector) => vector.Length < 1e-6f ? new(0, 1) : new(vector.X / vector.Length, vector.Y / vector.Length);
}

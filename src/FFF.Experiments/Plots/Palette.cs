using ScottPlot;

namespace FFF.Plots;

/// <summary>Colours that stay apart for every kind of colour vision, and greys (Okabe and Ito, 2008).</summary>
internal static class Palette
{
    /// <summary>Blue: the flow; the encoder; training; the first of several.</summary>
    public static Color First { get; } = new(0x00, 0x72, 0xB2);

    /// <summary>Vermilion: the reference; the decoder; validation; the second of several.</summary>
    public static Color Second { get; } = new(0xD5, 0x5E, 0x00);

    /// <summary>Bluish green: the third of several.</summary>
    public static Color Third { get; } = new(0x00, 0x9E, 0x73);

    /// <summary>Reddish purple: the fourth of several.</summary>
    public static Color Fourth { get; } = new(0xCC, 0x79, 0xA7);

    /// <summary>Orange: the fifth of several.</summary>
    public static Color Fifth { get; } = new(0xE6, 0x9F, 0x00);

    /// <summary>Sky blue: the sixth of several.</summary>
    public static Color Sixth { get; } = new(0x56, 0xB4, 0xE9);

    /// <summary>The colours of several, in their order.</summary>
    public static IReadOnlyList<Color> Several { get; } = [First, Second, Third, Fourth, Fifth, Sixth];

    /// <summary>Colours of values, dark where they are low.</summary>
    public static IColormap Values { get; } = new ScottPlot.Colormaps.Viridis();

    /// <summary>Text and axes.</summary>
    public static Color Ink { get; } = new(0x33, 0x33, 0x33);

    /// <summary>What is said aside.</summary>
    public static Color Aside { get; } = new(0x76, 0x76, 0x76);

    /// <summary>A colour between two, nearer to the second the larger the share.</summary>
    public static Color Between(Color first, Color second, double share)
    {
        byte Part(byte from, byte to) => (byte)Math.Round(double.Lerp(from, to, share));
        return new(Part(first.R, second.R), Part(first.G, second.G), Part(first.B, second.B));
    }

    /// <summary>Grid lines.</summary>
    public static Color Grid { get; } = new(0xE6, 0xE6, 0xE6);
}

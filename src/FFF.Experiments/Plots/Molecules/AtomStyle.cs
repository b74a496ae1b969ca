using FFF.Spaces;
using SkiaSharp;

namespace FFF.Plots.Molecules;

/// <summary>How an atom is drawn: a ball of a colour that is usual for its element (CPK, after Corey, Pauling and Koltun).</summary>
/// <param name="Colour">Its colour.</param>
/// <param name="Radius">Its radius, in ångström, about a quarter of that of its electron shell.</param>
internal readonly record struct AtomStyle(SKColor Colour, double Radius)
{
    /// <summary>The style of an element.</summary>
    public static AtomStyle Of(Element element) => element switch
    {
        Element.H => new(new(0xF4, 0xF4, 0xF4), 0.27),
        Element.B => new(new(0xFF, 0xB5, 0xB5), 0.42),
        Element.C => new(new(0x4A, 0x4A, 0x4A), 0.42),
        Element.N => new(new(0x2F, 0x55, 0xE0), 0.41),
        Element.O => new(new(0xE0, 0x24, 0x1B), 0.40),
        Element.F => new(new(0x7F, 0xD0, 0x4A), 0.38),
        Element.Si => new(new(0xC8, 0xA0, 0x78), 0.52),
        Element.P => new(new(0xFF, 0x80, 0x00), 0.50),
        Element.S => new(new(0xE8, 0xC5, 0x1E), 0.50),
        Element.Cl => new(new(0x1F, 0xB8, 0x2F), 0.50),
        Element.Br => new(new(0xA6, 0x29, 0x29), 0.54),
        Element.I => new(new(0x94, 0x00, 0x94), 0.58),
        _ => new(new(0xFF, 0x14, 0x93), 0.55), // As in other viewers: pink for all that have no colour of their own.
    };
}

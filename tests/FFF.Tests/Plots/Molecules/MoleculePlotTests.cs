using System.Text.Json;
using System.Text.RegularExpressions;
using FFF.Datasets.Molecules;
using FFF.Plots;
using FFF.Plots.Molecules;
using FFF.Spaces;
using FFF.Tests.Formats;
using SkiaSharp;
using Xunit;
using static FFF.Spaces.Element;

namespace FFF.Tests.Plots.Molecules;

public sealed class MoleculePlotTests : IDisposable
{
    private static readonly Molecule CarbonMonoxide = new([C, O], [new(0, 0, 0), new(0, 1.13, 0)], "</script><b>&");
    private static readonly Molecule Water = new([O, H, H], [new(0, 0, 0), new(0.96, 0, 0), new(-0.3, 0.9, 0)]);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void EveryMoleculeIsInItsCellWithItsFormula()
    {
        MoleculeGrid.Save([CarbonMonoxide, Water, Water], "three molecules", _folder["a.png"]);
        using var png = SKBitmap.Decode(_folder["a.png"]);
        Assert.Equal(((2 * 24) + (2 * 260), 64 + (2 * 270) + 24), (png.Width, png.Height));
        for (var cell = 0; cell < 4; cell++)
        {
            var (left, top) = (24 + (cell % 2 * 260), 64 + (cell / 2 * 270));
            var red = Count(png, left, top, 260, 210, c => c.Red > c.Blue + 80);
            var text = Count(png, left, top + 210, 260, 60, c => c.Red < 120 && c.Green < 120 && c.Blue < 120);
            Assert.Equal(cell < 3, red > 300);
            Assert.Equal(cell < 3, text > 30);
        }

        // Carbon monoxide has three bonds where four and two are stable, water is stable.
        Assert.True(Count(png, 24, 64 + 210, 260, 60, c => c.Red > c.Blue + 80) > 30);
        Assert.Equal(0, Count(png, 284, 64 + 210, 260, 60, c => c.Red > c.Blue + 80));
    }

    [Fact]
    public void ADoubleBondShowsAsTwoSticksAndATripleBondAsThree()
    {
        Assert.Equal(1, Sticks(1.5));
        Assert.Equal(2, Sticks(1.3));
        Assert.Equal(3, Sticks(1.2));

        // The runs of pixels that are not white, across the middle between two atoms.
        int Sticks(double length)
        {
            MoleculeGrid.Save([new Molecule([C, C], [new(0, 0, 0), new(length, 0, 0)])], "", _folder["a.png"]);
            using var png = SKBitmap.Decode(_folder["a.png"]);
            var (runs, inside) = (0, false);
            for (var y = 64; y < 64 + 210; y++)
            {
                var dark = png.GetPixel(24 + 130, y).Red < 235;
                runs += dark && !inside ? 1 : 0;
                inside = dark;
            }

            return runs;
        }
    }

    /// <summary>A long caption is written smaller, not cut short; a title has room above a single molecule.</summary>
    [Fact]
    public void CaptionsAndTitlesAreThereAsAWhole()
    {
        foreach (var caption in (string[])["C₄H₅N₂O₃", "C₁₂H₁₀BrCl₂F₃N₄O₅P₂S₂", "17 of 1,000 unstable"])
        {
            var size = PlotFont.SizeToFit(caption, 18, 7, 200);
            Assert.InRange(size, 7, 18);
            Assert.Equal(caption, PlotFont.Fit(caption, size, 200.5f));
        }

        Assert.Equal(18, PlotFont.SizeToFit("H₂O", 18, 7, 200));
        Assert.Equal(7, PlotFont.SizeToFit(new string('C', 1000), 18, 7, 200));

        const string Title = "qm7_small/v0001: samples, trained on molecules of qm7";
        MoleculeGrid.Save([Water], Title, _folder["a.png"]);
        using var png = SKBitmap.Decode(_folder["a.png"]);
        Assert.InRange(png.Width, PlotFont.Width(Title, 24) + 48, PlotFont.Width(Title, 24) + 50);
    }

    [Fact]
    public void ThereMustBeSomethingToDraw()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => MoleculeGrid.Save([], "", _folder["a.png"]));
        Assert.Throws<ArgumentOutOfRangeException>(() => MoleculeGrid.Save([.. Enumerable.Repeat(Water, 401)], "", _folder["a.png"]));
        Assert.Empty(_folder.Files());
    }

    [Theory]
    [InlineData("C₂H₆BrCl", C, H, H, C, H, Br, H, H, Cl, H)]
    [InlineData("H₂O", O, H, H)]
    [InlineData("BrH", H, Br)]
    [InlineData("CH₁₂", C, H, H, H, H, H, H, H, H, H, H, H, H)]
    public void FormulasAreInHillsOrder(string expected, params Element[] elements) =>
        Assert.Equal(expected, MoleculePicture.Of(new([.. elements], [.. elements.Select((_, i) => new Position(i, 0, 0))])).Formula);

    /// <summary>Turned and tilted, but neither stretched nor mirrored; flat molecules are seen from the front.</summary>
    [Fact]
    public void TurningKeepsTheShape()
    {
        foreach (var molecule in Qm7.Load().Molecules.Where((_, i) => i % 500 == 7))
        {
            var (before, after) = (molecule.Positions, PrincipalAxes.Turned(molecule));
            for (var i = 1; i < before.Length; i++)
            {
                Assert.Equal(before[0].DistanceTo(before[i]), after[0].DistanceTo(after[i]), 9);
            }

            Assert.Equal(Volume(before), Volume(after), 9);
        }

        var flat = PrincipalAxes.Turned(new([C, C, C, C], [new(5, 0, 0), new(5, 4, 0), new(5, 0, 2), new(5, 4, 2)]));
        Assert.True(Range(flat, p => p.X) > Range(flat, p => p.Y) && Range(flat, p => p.Y) > Range(flat, p => p.Z));

        static double Range(Position[] places, Func<Position, double> of) => places.Max(of) - places.Min(of);

        static double Volume(IReadOnlyList<Position> p)
        {
            var (a, b, c) = (From(p[0], p[1]), From(p[0], p[2]), From(p[0], p[3]));
            return (a.X * ((b.Y * c.Z) - (b.Z * c.Y))) + (a.Y * ((b.Z * c.X) - (b.X * c.Z))) + (a.Z * ((b.X * c.Y) - (b.Y * c.X)));
        }

        static Position From(Position a, Position b) => new(b.X - a.X, b.Y - a.Y, b.Z - a.Z);
    }

    [Fact]
    public void ThePageHoldsAllThatItNeeds()
    {
        MoleculePage.Save([CarbonMonoxide, Water], "two <molecules>", _folder["a.html"]);
        var page = File.ReadAllText(_folder["a.html"]);
        Assert.Contains("<title>two &lt;molecules&gt;</title>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("{{", page.Split("<script>")[0], StringComparison.Ordinal);
        Assert.Equal(2, Regex.Count(page, "</script>"));
        Assert.DoesNotMatch("<(script|img|link|iframe)[^>]+(src|href)", page);
        Assert.Contains("default-src 'none'", page, StringComparison.Ordinal);
        Assert.Contains("3dmol", page, StringComparison.OrdinalIgnoreCase);

        var json = JsonDocument.Parse(Regex.Match(page, @"const molecules = (\[.*\]);\n").Groups[1].Value).RootElement;
        Assert.Equal(["</script><b>&", ""], json.EnumerateArray().Select(molecule => molecule.GetProperty("comment").GetString()));
        Assert.Equal(["2 of 2 unstable", "stable"], json.EnumerateArray().Select(molecule => molecule.GetProperty("note").GetString()));
        var sdf = _folder.WithText("a.sdf", json[0].GetProperty("sdf").GetString()!);
        Assert.Equal([new Bond(0, 1, 3)], Assert.Single(SdfFile.Read(sdf)).Bonds);
    }

    private static int Count(SKBitmap png, int left, int top, int width, int height, Func<SKColor, bool> counts)
    {
        var count = 0;
        for (var y = top; y < top + height; y++)
        {
            for (var x = left; x < left + width; x++)
            {
                count += counts(png.GetPixel(x, y)) ? 1 : 0;
            }
        }

        return count;
    }
}

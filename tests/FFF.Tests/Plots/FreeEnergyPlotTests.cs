using FFF.Evaluations.Conformations;
using FFF.Plots;
using FFF.Tests.Formats;
using Xunit;
using Palette = FFF.Plots.Palette;

namespace FFF.Tests.Plots;

/// <summary>Free energies of conformations: numbers behind the pictures, and where these have what.</summary>
public sealed class FreeEnergyPlotTests : IDisposable
{
    private static readonly IReadOnlyList<Quantity> Quantities = Quantity.Parse("phi: dihedral 0 1 2 3; psi: dihedral 1 2 3 4; d: distance 0 1").Quantities;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Shares of bins and their binomial errors; with weights those of 400 repetitions scatter as they say.</summary>
    [Fact]
    public void ProfilesAreLogarithmsOfShares()
    {
        double[] values = [.. Enumerable.Repeat(0.5, 30), .. Enumerable.Repeat(1.5, 60), .. Enumerable.Repeat(3.5, 10)];
        var profile = FreeEnergyProfile.Of(Side(Quantities[2], values) with { Correlation = new(100, 100) }, Quantities[2], new(0, 4), 4);
        Assert.Equal([0.5, 1.5, 2.5, 3.5], profile.Middles);
        Assert.Equal(-Math.Log(0.3), profile.Values[0], 1e-12);
        Assert.Equal(-Math.Log(0.6), profile.Lowest, 1e-12);
        Assert.True(double.IsNaN(profile.Values[2]) && double.IsNaN(profile.Errors[2]));
        Assert.Equal(Math.Sqrt(0.3 * 0.7 / 99) / 0.3, profile.Errors[0], 1e-12);
        Assert.Equal([0..2, 3..4], profile.Stretches());

        var (random, repetitions) = (new Random(3), new List<(double Value, double Error)>());
        for (var repetition = 0; repetition < 400; repetition++)
        {
            double[] drawn = [.. Enumerable.Range(0, 500).Select(_ => random.NextDouble())];
            double[] weights = [.. drawn.Select(u => (0.5 + u) * (0.5 + random.NextDouble()))];
            var weighted = FreeEnergyProfile.Of(
                Side(Quantities[2], drawn) with { Weights = [.. weights.Select(w => w / weights.Sum())] }, Quantities[2], new(0, 1), 4);
            repetitions.Add((weighted.Values[0], weighted.Errors[0]));
        }

        // ∫ (½ + u) du over the first quarter of what it is over all.
        var mean = repetitions.Average(one => one.Value);
        Assert.Equal(-Math.Log(0.15625), mean, 0.02);
        Assert.Equal(1, Math.Sqrt(repetitions.Average(one => Math.Pow(one.Value - mean, 2))) / repetitions.Average(one => one.Error), 0.12);
    }

    [Fact]
    public void StatesGoOverTheEndOfATurn()
    {
        var state = ConformationState.Parse("beta: phi -180..0, psi 50..240", Quantities).States[0];
        var turn = Quantities[0].Shown([[0]]);
        Assert.Equal(new AxisRange(-180, 180), turn);
        Assert.Equal([new(-180, 0)], state.Parts(Quantities[0], turn));
        Assert.Equal([new(-180, -120), new(50, 180)], state.Parts(Quantities[1], turn).OrderBy(part => part.Low));
        Assert.Equal([new(1, 2)], state.Parts(Quantities[2], new(1, 2)));
        Assert.Equal((Quantities[0], Quantities[1]), FreeEnergySurfacePlot.Axes([Quantities[2], Quantities[0], Quantities[1]]));
        Assert.Equal((Quantities[2], Quantities[0]), FreeEnergySurfacePlot.Axes([Quantities[2], Quantities[0]]));
        Assert.Null(FreeEnergySurfacePlot.Axes([Quantities[0]]));
    }

    /// <summary>Mass that is smoothed over the end of a turn comes back at its beginning.</summary>
    [Fact]
    public void TurnsHaveNoEnds()
    {
        var range = new AxisRange(-180, 180);
        double[] x = [179.9, -60], y = [10, 10], weights = [0.75, 0.25];
        var (open, closed) = (DensityGrid.Of(x, y, range, range, weights), DensityGrid.Of(x, y, range, range, weights, (true, true)));
        Assert.Equal(1, closed.Mass.Cast<double>().Sum(), 1e-12);
        Assert.True(open.Mass.Cast<double>().Sum() < 0.8);
        var row = Histogram.Bin(10, range, DensityGrid.Cells);
        Assert.Equal(closed.Mass[row, DensityGrid.Cells - 2], closed.Mass[row, 0], 1e-12);
        Assert.Equal(0, open.Mass[row, 0]);
    }

    [Fact]
    public void PicturesHaveDataAndSamplesInTheirPlaces()
    {
        var random = new Random(1);
        ConformationSide Drawn(string name, ScottPlot.Color color, double centre) => new(name, color, Quantities.ToDictionary(
            quantity => quantity, quantity => Enumerable.Range(0, 2000).Select(_ => centre + (60 * (random.NextDouble() - 0.5))).ToArray()));
        ConformationSide[] sides = [Drawn("data (test)", Palette.Second, -90), Drawn("samples", Palette.First, 90)];
        var states = ConformationState.Parse("a: phi -180..0; b: phi 0..180, psi 0..90", Quantities).States;

        FreeEnergyProfilePlot.Save(Quantities, sides, "run: data", _folder["profiles.png"]);
        using (var png = new Png(_folder["profiles.png"]))
        {
            // The first panel is 400 pixels wide: data in its left half, samples in its right.
            Assert.True(png.Vermilion(120, 132, 300, 400) > 200 && png.Blue(320, 132, 500, 400) > 200);
            Assert.Equal((0, 0), (png.Vermilion(320, 132, 500, 400), png.Blue(120, 132, 300, 400)));
        }

        FreeEnergySurfacePlot.Save((Quantities[0], Quantities[1]), states, sides, "run: data", _folder["surface.png"]);
        using (var png = new Png(_folder["surface.png"]))
        {
            // Panels begin at (110, 112) and (546, 112), each 400 pixels wide: the lower left of the first, the upper right of the second.
            Assert.True(png.Blue(120, 320, 300, 500) > 3000 && png.Blue(760, 120, 930, 300) > 3000);
            Assert.Equal((0, 0), (png.Blue(320, 130, 500, 300), png.Blue(560, 320, 740, 500)));

            // The bar of colours, at (1044, 112) and 22 pixels wide.
            Assert.True(png.Blue(1046, 200, 1064, 500) > 1000);

            // The outline of b in the first panel, where there are no data.
            Assert.True(png.Vermilion(300, 200, 520, 325) > 400);
        }

        var compared = states.Select(state => ComparedState.Of(state, states[0], sides[0].Values, sides[1].Values, null, null)).ToList();
        Assert.Null(compared[1].Data.FreeEnergy);
        ComparedState[] known =
        [
            new("a", new(0.5, new(0, 0)), new(0.5, new(0, 0)), null),
            new("b", new(0.2, new(1, 0.2)), new(0.1, new(2, 0.3)), new(0.2, new(1.1, 0.1))),
            compared[1],
        ];
        StatesPlot.Save(known, "test", "run: data", _folder["states.png"]);
        using var drawn = new Png(_folder["states.png"]);
        Assert.True(drawn.Vermilion(110, 132, 480, 470) > 50 && drawn.Blue(110, 132, 480, 470) > 50);
    }

    private static ConformationSide Side(Quantity quantity, double[] values) =>
        new("data", Palette.Second, new Dictionary<Quantity, double[]> { [quantity] = values });
}

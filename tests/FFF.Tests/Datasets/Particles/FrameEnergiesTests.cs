using System.Globalization;
using FFF.Configuration;
using FFF.Datasets;
using FFF.Datasets.Particles;
using FFF.Datasets.Particles.Energies;
using FFF.Evaluations.Boltzmann;
using FFF.Formats;
using FFF.Tests.Formats;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Datasets.Particles;

/// <summary>Energies that are known of the data's rows alone.</summary>
public sealed class FrameEnergiesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    private ParticleData Data(FrameEnergies energies, string positions = "x.npy") => new() { Path = _folder[positions], Energies = energies };

    /// <summary>Energies that are the radius of their row: each must be found at its own row after the split, and the order must be that of the file.</summary>
    [Theory]
    [InlineData("u.npy", null)]
    [InlineData("u.csv", "potential")]
    [InlineData(null, "E")]
    public void TheSplitCarriesThemAlongInTheOrderOfTheFile(string? file, string? name)
    {
        var x = randn([120, 3, 3], float64, generator: new Generator(1)) + arange(120, float64).view(120, 1, 1);
        x -= x.mean([1], keepdim: true);
        var energies = 2 * x.view(120, 9).to(float32).to(float64).square().sum([1]);
        var values = energies.data<double>().ToArray();
        Npy.Write(_folder["x.npy"], x);
        Npy.Write(_folder["u.npy"], energies);
        CsvTable.Write(_folder["u.csv"], ["step", "potential"], stack([arange(120, float64), energies], 1));
        var places = x.data<double>().ToArray().Chunk(9).ToArray();
        File.WriteAllText(_folder["x.xyz"], string.Concat(values.Select((energy, i) => string.Create(CultureInfo.InvariantCulture,
            $"3\nstep={i} E={energy:R}\n{string.Concat(places[i].Chunk(3).Select(place => $"H {place[0]:R} {place[1]:R} {place[2]:R}\n"))}"))));
        var config = Data(new() { Path = file is null ? null : _folder[file], Name = name, Temperature = 2 }, file is null ? "x.xyz" : "x.npy");
        Assert.Equal(file is null ? 1 : 2, config.Files.Count);
        var experiment = new Experiment { Name = "a", Data = config with { TestFraction = 0.3, Samples = 100 } };
        using var data = BoltzmannData.Of(experiment, most: 20);
        Check.Close(data.HeldOut.to(float64).square().sum([1]), tensor(data.Energies!), 1e-5);

        // In the order of the file, rows rise with their number.
        var numbers = data.Order!.Select(i => Array.FindIndex(values, u => Math.Abs((u / 2) - data.Energies![i]) < 1e-9)).ToArray();
        Assert.Equal(20, numbers.Distinct().Count());
        Assert.Equal(numbers.Order(), numbers);
        Assert.All(numbers, number => Assert.InRange(number, 0, 99));
    }

    [Theory]
    [InlineData("short.npy", null, "short.npy: holds 5 numbers, but ", "has 6 rows: one energy for each row is needed, in the same order")]
    [InlineData("wrong.npy", null, "the energy of row 2 (counted from 0) is not finite", "both files")]
    [InlineData("two.csv", null, "has 2 columns, step, potential", "data.energies.name tells which")]
    [InlineData("two.csv", "energy", "has no column 'energy', which data.energies.name says", "step, potential")]
    [InlineData("short.npy", "energy", "has no names of columns", "leave data.energies.name out")]
    [InlineData("none.npy", null, "none.npy", "")]
    public void WhatDoesNotFitIsTold(string file, string? name, string words, string more)
    {
        Npy.Write(_folder["x.npy"], randn([6, 3, 3], generator: new Generator(1)));
        Npy.Write(_folder["short.npy"], arange(5, float64));
        Npy.Write(_folder["wrong.npy"], tensor(new[] { 0, 1, double.NaN, 3, 4, 5 }));
        CsvTable.Write(_folder["two.csv"], ["step", "potential"], arange(12, float64).view(6, 2));
        var message = Assert.Throws<DatasetException>(() => Open(Data(new() { Path = _folder[file], Name = name }))).Message;
        Assert.Contains(words, message, StringComparison.Ordinal);
        Assert.Contains(more, message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFrameWithoutEnergyIsTold()
    {
        const string Atoms = "H 0 0 0\nH 0 0 1\n";
        File.WriteAllText(_folder["x.xyz"], $"2\nenergy=1 step=0\n{Atoms}2\nstep=1\n{Atoms}");
        var message = Assert.Throws<DatasetException>(() => Open(Data(new(), "x.xyz"))).Message;
        Assert.Contains("frame 2 (counted from 1) has no number 'energy'", message, StringComparison.Ordinal);
        Assert.Contains("What it has: step", message, StringComparison.Ordinal);
    }

    /// <summary>Energies of many atoms that were written in single precision have lost what weights need.</summary>
    [Fact]
    public void CoarseEnergiesAreWarnedOf()
    {
        Npy.Write(_folder["x.npy"], randn([40, 3, 3], generator: new Generator(1)));
        Npy.Write(_folder["u.npy"], -1e6f + randn([40], generator: new Generator(2)));
        Assert.Contains("in single precision, so far from zero that they are 0.12 kT apart", Assert.Single(Warnings()), StringComparison.Ordinal);
        Npy.Write(_folder["u.npy"], -1e6 + randn([40], float64, generator: new Generator(2)));
        Assert.Empty(Warnings());

        List<string> Warnings()
        {
            var warnings = new List<string>();
            DatasetFactory.Create(Data(new() { Path = _folder["u.npy"] }), 0, warnings.Add);
            return warnings;
        }
    }

    private static DataSource Open(ParticleData data) => data.Open(new DataRequest(0));
}

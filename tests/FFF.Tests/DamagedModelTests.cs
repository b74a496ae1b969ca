using FFF.Formats;
using FFF.Spaces;
using FFF.Training;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests;

/// <summary>Saved models whose file is whole, but whose numbers can be no model's.</summary>
public sealed class DamagedModelTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.safetensors");

    public void Dispose()
    {
        _scope.Dispose();
        File.Delete(_file);
    }

    [Theory]
    [InlineData("flow.", double.NaN, "holds numbers that are not finite")]
    [InlineData("flow.", double.PositiveInfinity, "holds numbers that are not finite")]
    [InlineData("standardizer.data.std", 0, "no means and standard deviations")]
    [InlineData("standardizer.data.std", -1, "no means and standard deviations")]
    [InlineData("standardizer.data.mean", double.NaN, "no means and standard deviations")]
    public void NumbersThatAreNotFiniteAreRefused(string tensor, double value, string problem)
    {
        var data = new double[20, 2];
        for (var i = 0; i < 20; i++)
        {
            (data[i, 0], data[i, 1]) = (i, i * i % 7);
        }

        using (var model = DensityModel.Fit(data, options: new ModelOptions { Training = new TrainingConfig { Epochs = 1, BatchSize = 16 } }))
        {
            model.Save(_file);
        }

        using (DensityModel.Load(_file))
        {
        }

        var (tensors, notes) = Safetensors.Read(_file);
        tensors.First(saved => saved.Key.StartsWith(tensor, StringComparison.Ordinal)).Value.view(-1)[0] = value;
        Safetensors.Write(_file, tensors, notes.Where(note => note.Key != Safetensors.ChecksumKey).ToDictionary());
        Assert.Contains(problem, Assert.Throws<FileReadException>(() => DensityModel.Load(_file)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new[] { 1, 6 }, new long[] { 0, 0, 3, -1 }, "does not tell how many molecules of up to 3 atoms")]
    [InlineData(new[] { 1, 6 }, new long[] { 0, 0, 0, 0 }, "does not tell how many molecules")]
    [InlineData(new[] { 1, 6 }, new long[] { 0, 0, 3 }, "does not tell how many molecules")]
    [InlineData(new[] { 1, 200 }, new long[] { 0, 0, 3, 1 }, "no atomic numbers of different elements")]
    [InlineData(new[] { -1, 6 }, new long[] { 0, 0, 3, 1 }, "no atomic numbers of different elements")]
    [InlineData(new[] { 6, 6 }, new long[] { 0, 0, 3, 1 }, "no atomic numbers of different elements")]
    [InlineData(new[] { 1, 6 }, new long[] { 0, 0, 3, 1 }, null)]
    public void MoleculesHaveElementsAndNumbersOfAtoms(int[] elements, long[] counts, string? problem)
    {
        var tensors = new Dictionary<string, Tensor> { ["data.elements"] = tensor(elements, int32), ["data.atom_counts"] = tensor(counts, int64) };
        if (problem is null)
        {
            Assert.Equal(counts, Assert.IsType<MoleculeSpace>(SpaceFile.Load(tensors, 15)).AtomCounts);
        }
        else
        {
            Assert.Contains(problem, Assert.Throws<ArgumentException>(() => SpaceFile.Load(tensors, 15)).Message, StringComparison.Ordinal);
        }
    }
}

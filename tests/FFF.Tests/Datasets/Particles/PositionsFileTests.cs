using System.Text;
using FFF.Datasets;
using FFF.Datasets.Particles;
using FFF.Formats;
using FFF.Spaces;
using FFF.Tests.Formats;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Datasets.Particles;

public sealed class PositionsFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void RowsAndSystemsOfParticlesAreTheSame()
    {
        var array = arange(48, float64).view(6, 4, 2);
        foreach (var (name, values) in new[] { ("systems", array), ("rows", array.view(6, 8)), ("float", array.to(float32)), ("whole", array.to(int64)) })
        {
            Npy.Write(_folder[name + ".npy"], values);
            var (positions, shape, _) = PositionsFile.Read(_folder[name + ".npy"], new MeanFreePositions(4, 2));
            Assert.Equal(new MeanFreePositions(4, 2), shape);
            Assert.Equal(float32, positions.dtype);
            Check.Close(positions, (array.view(6, 4, 2) - array.view(6, 4, 2).mean([1], keepdim: true)).view(6, 8), 0);
        }

        Assert.Equal(new MeanFreePositions(4, 2), PositionsFile.Read(_folder["systems.npy"], null).Shape);
    }

    [Fact]
    public void FilesThatDoNotFitAreErrorsThatSayWhatToDo()
    {
        Npy.Write(_folder["rows.npy"], zeros(6, 39));
        Npy.Write(_folder["systems.npy"], zeros(6, 13, 3));
        Npy.Write(_folder["list.npy"], zeros(6));
        Npy.Write(_folder["one.npy"], zeros(6, 1, 3));
        File.WriteAllText(_folder["text.npy"], "no array, but long enough for a header");
        Refused("rows.npy", null, "data.particles and data.dimensions");
        Refused("rows.npy", new(4, 2), "(6, 39), which does not fit 4 particles in 2 dimensions");
        Refused("systems.npy", new(3, 13), "(6, 13, 3), which does not fit 3 particles in 13 dimensions");
        Refused("list.npy", new(3, 2), "three dimensions");
        Refused("one.npy", null, "at least two particles");
        Refused("text.npy", null, ".npy format");
        Refused("missing.npy", null, "no such file");
        var infinite = zeros(3, 2, 2);
        infinite[1, 0, 1] = double.NaN;
        Npy.Write(_folder["nan.npy"], infinite);
        Refused("nan.npy", null, "sample 1 (counted from 0), number 1");
        Npy.Write(_folder["large.npy"], tensor(new[] { 1e300, -1e300 }).expand(3, 2, 2).transpose(1, 2));
        Refused("large.npy", null, "not finite in float32");
    }

    [Fact]
    public void TheMeanIsTakenOffBeforeAnythingIsRounded()
    {
        var near = arange(48, float64).square().sin().view(6, 4, 2);
        Npy.Write(_folder["near.npy"], near);
        Npy.Write(_folder["far.npy"], near + 3e6);
        Check.Close(PositionsFile.Read(_folder["far.npy"], null).Positions, PositionsFile.Read(_folder["near.npy"], null).Positions, 1e-6);

        // What the file itself has lost cannot be had back.
        Npy.Write(_folder["single.npy"], (near + 3e6).to(float32));
        Refused("single.npy", null, "so far from the origin that its numbers, Float32, are 0.36 apart");
        Npy.Write(_folder["empty.npy"], zeros(0, 4, 2));
        Refused("empty.npy", null, "holds no positions; the array has shape (0, 4, 2)");
    }

    /// <summary>The published dw4-dataidx.npy: a pickle, which could run code when it is read.</summary>
    [Fact]
    public void PickledObjectsAreNotReadButTheWayOutIsTold()
    {
        const string Header = "{'descr': '|O', 'fortran_order': False, 'shape': (2,), }\n";
        File.WriteAllBytes(_folder["dw4-dataidx.npy"],
            [0x93, .. "NUMPY"u8, 1, 0, (byte)Header.Length, 0, .. Encoding.ASCII.GetBytes(Header), .. "\x80\x03cposix\nsystem\n"u8]);
        Refused("dw4-dataidx.npy", new(4, 2), "np.load('dw4-dataidx.npy', allow_pickle=True)");
    }

    [Fact]
    public void AFileIsADataSetOfMeanFreePositions()
    {
        Npy.Write(_folder["mine.npy"], arange(120, float64).square().sin().view(20, 6));
        var config = new ParticleData { Path = _folder["mine.npy"], Particles = 3, Dimensions = 2, TestFraction = 0.2 };
        var dataset = DatasetFactory.Create(config, 1);
        Assert.Equal([14, 2, 4], (long[])[dataset.Train.Count, dataset.Validation.Count, dataset.Test!.Count]);
        foreach (var part in new[] { dataset.Train, dataset.Validation, dataset.Test })
        {
            Assert.Equal(new MeanFreePositions(3, 2), part.Space);
            Assert.True(part.Data.view(-1, 3, 2).mean([1]).abs().max().item<float>() < 1e-5);
        }

        Assert.Equal(["x1", "y1", "x2", "y2", "x3", "y3"], dataset.Columns);
        Assert.Equal(8, DatasetFactory.Create(config with { Samples = 8, TestFraction = 0, ValidationFraction = 0 }, 1).Train.Count);
        Assert.Contains("20 samples", Assert.Throws<DatasetException>(() => DatasetFactory.Create(config with { Samples = 21 }, 1)).Message,
            StringComparison.Ordinal);
        Assert.Contains("Leave one of them out",
            Assert.Throws<DatasetException>(() => DatasetFactory.Create(config with { System = ParticleSystemKind.Dw4 }, 1)).Message, StringComparison.Ordinal);
    }

    private void Refused(string name, MeanFreePositions? shape, string expected)
    {
        var message = Assert.Throws<DatasetException>(() => PositionsFile.Read(_folder[name], shape)).Message;
        Assert.Contains(_folder[name], message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
    }
}

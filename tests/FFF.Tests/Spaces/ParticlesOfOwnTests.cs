using FFF.Datasets;
using FFF.Datasets.Particles;
using FFF.Flows;
using FFF.Formats;
using FFF.Networks.Equivariant;
using FFF.Randomness;
using FFF.Spaces;
using FFF.Tests.Formats;
using FFF.Tests.Networks.Equivariant;
using FFF.Transforms;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Spaces;

/// <summary>Particles that are not alike, of any unit, of one mirror image.</summary>
public sealed class ParticlesOfOwnTests : IDisposable
{
    private static readonly MeanFreePositions Shape = new(4, 3);
    private static readonly ParticleLabels Water = new(["O", "H", "H", "O"], areDistinct: false);

    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    /// <summary>Those of one label can be exchanged and no others; distinct ones not at all.</summary>
    [Fact]
    public void OnlyParticlesOfOneLabelAreAlike()
    {
        Assert.Equal([0, 1, 1, 0], Water.Kinds);
        var x = ParticleFlows.Positions(5, Shape, new RandomStream(1));
        Assert.True(Change(Shape with { Labels = Water }, x, 1, 2) < 1e-10);
        Assert.True(Change(Shape with { Labels = Water }, x, 0, 3) < 1e-10);
        Assert.True(Change(Shape with { Labels = Water }, x, 0, 1) > 1e-3);
        Assert.True(Change(Shape with { Labels = new(Water.Names, areDistinct: true) }, x, 1, 2) > 1e-3);
        Assert.True(Change(Shape, x, 0, 1) < 1e-10);
    }

    /// <summary>In units ℓ times as large all numbers are ℓ times smaller, and densities ℓ^S times larger.</summary>
    [Fact]
    public void TheUnitChangesNothingButItself()
    {
        const double Length = 0.2;
        var x = ParticleFlows.Positions(6, Shape, new RandomStream(2));
        using var plain = Model(new Samples(x, null) { Space = Shape });
        using var scaled = Model(new Samples(Length * x, null) { Space = Shape with { Length = Length } });
        Check.Close(
            scaled.LogLikelihood(new Samples(Length * x, null)).Encoder, plain.LogLikelihood(new Samples(x, null)).Encoder - (9 * Math.Log(Length)), 1e-4);
        Check.Close(scaled.Sample(7, null, 3), Length * plain.Sample(7, null, 3), 1e-6);
    }

    /// <summary>Samples are of the data's mirror image, each with the density of itself and of the other.</summary>
    [Fact]
    public void SamplesAreOfTheDatasMirrorImage()
    {
        var x = ParticleFlows.Positions(200, Shape, new RandomStream(3));
        var image = new Handedness(0, 1, 2, 3, IsPositive: false);
        x = x.where((Handedness.TripleProduct(x, image.Particles) < 0).unsqueeze(1), -x);
        using var both = Model(new Samples(x, null) { Space = Shape });
        using var one = Model(new Samples(x, null) { Space = Shape with { Handedness = image } });
        Check.Close(one.LogLikelihood(new Samples(x, null)).Encoder, both.LogLikelihood(new Samples(x, null)).Encoder + Math.Log(2), 1e-5);
        Assert.True(one.LogLikelihood(new Samples(-x, null)).Encoder.isneginf().all().item<bool>());
        var (drawn, free) = (one.SampleWithLogProb(100, null, 4), both.SampleWithLogProb(100, null, 4));
        Assert.True((Handedness.TripleProduct(drawn.X.to(float64), image.Particles) < 0).all().item<bool>());
        Assert.False((Handedness.TripleProduct(free.X.to(float64), image.Particles) < 0).all().item<bool>());
        Check.Close(drawn.X.abs(), free.X.abs(), 1e-6);
        Check.Close(drawn.LogProb, free.LogProb + Math.Log(2), 1e-5);
    }

    /// <summary>What a model is saved with makes the same space, and damage is told.</summary>
    [Fact]
    public void TheSpaceIsSavedWithTheModel()
    {
        var space = Shape with { Labels = new(["Cα", "H", "H", "x 1"], areDistinct: true), Length = 0.165, Handedness = new(3, 0, 2, 1, true) };
        var tensors = space.Tensors().ToDictionary();
        Assert.Equal(space, SpaceFile.Load(tensors, 12));
        Assert.Equal(Shape, SpaceFile.Load(Shape.Tensors(), 12));
        Assert.NotEqual(space, space with { Labels = new(["Cα", "H", "H", "x 2"], areDistinct: true) });
        foreach (var name in tensors.Keys.Where(name => name != "data.particles"))
        {
            var damaged = new Dictionary<string, Tensor>(tensors) { [name] = zeros(3) };
            Assert.Contains("damaged", Assert.Throws<ArgumentException>(() => SpaceFile.Load(damaged, 12)).Message, StringComparison.Ordinal);
        }
    }

    /// <summary>Frames of the same atoms are positions of who is who; other atoms are an error.</summary>
    [Fact]
    public void FramesAreRead()
    {
        var frames = ParticleFlows.Positions(20, new(3, 3), new RandomStream(6)).view(20, 9).data<double>().ToArray().Chunk(9);
        File.WriteAllText(_folder["water.xyz"], string.Concat(frames.Select(x => FormattableString.Invariant(
            $"3\nwater\nO {x[0]:F6} {x[1]:F6} {x[2]:F6}\nH {x[3]:F6} {x[4]:F6} {x[5]:F6}\nH {x[6]:F6} {x[7]:F6} {x[8]:F6}\n"))));
        var space = (MeanFreePositions)DatasetFactory.Create(new ParticleData { Path = _folder["water.xyz"] }, 0).Train.Space;
        Assert.Equal(new MeanFreePositions(3, 3) { Labels = new(["O", "H", "H"], areDistinct: false) }, space);
        Space(new() { Path = _folder["water.xyz"], Identity = ParticleIdentity.Alike }, null);
        Space(new() { Path = _folder["water.xyz"], Types = ["a", "b", "a"] }, new(["a", "b", "a"], false));
        Space(new() { Path = _folder["water.xyz"], Identity = ParticleIdentity.Each }, new(["O", "H", "H"], true));
        Refused(new() { Path = _folder["water.xyz"], Types = ["a", "b"] }, "data.types names 2");

        // One element is known, and tells a network nothing.
        Space(new() { Path = _folder["water.xyz"], Types = ["Ar", "Ar", "Ar"] }, new(["Ar", "Ar", "Ar"], false));
        Assert.Null(new MeanFreePositions(3, 3) { Labels = new(["Ar", "Ar", "Ar"], false) }.Nodes!.Labels);
        File.AppendAllText(_folder["water.xyz"], "3\nother\nH 0 0 0\nO 1 0 0\nH 0 1 0\n");
        Refused(new() { Path = _folder["water.xyz"] }, "frame 21 (counted from 1) has other atoms");
        Npy.Write(_folder["x.npy"], ParticleFlows.Positions(20, Shape, new RandomStream(5)).view(20, 4, 3));
        Refused(new() { Path = _folder["x.npy"], Identity = ParticleIdentity.Type }, "does not tell what the particles are");
        Refused(new() { Path = _folder["x.npy"], Chirality = [0, 1, 2, 3], Identity = ParticleIdentity.Each }, "of the other mirror image");
        Refused(new() { Path = _folder["x.npy"], Chirality = [0, 1, 2, 9], Identity = ParticleIdentity.Each }, "data.chirality names 9");
        Refused(new() { Path = _folder["x.npy"], Chirality = [0, 1, 2, 3], Identity = ParticleIdentity.Alike }, "all particles are alike");

        static void Space(ParticleData data, ParticleLabels? labels) =>
            Assert.Equal(new MeanFreePositions(3, 3) { Labels = labels }, DatasetFactory.Create(data, 0).Train.Space);
        static void Refused(ParticleData data, string words) =>
            Assert.Contains(words, Assert.Throws<DatasetException>(() => DatasetFactory.Create(data, 0)).Message, StringComparison.Ordinal);
    }

    /// <summary>A file in a unit that networks learn slowly from is told of, with the length that mends it.</summary>
    [Fact]
    public void AnUnsuitableUnitIsTold()
    {
        Npy.Write(_folder["nm.npy"], 0.1 * ParticleFlows.Positions(40, Shape, new RandomStream(5)).view(40, 4, 3));
        var warnings = new List<string>();
        DatasetFactory.Create(new ParticleData { Path = _folder["nm.npy"] }, 0, warnings.Add);
        Assert.Contains("set data.length to 0.08", Assert.Single(warnings), StringComparison.Ordinal);
        warnings.Clear();
        DatasetFactory.Create(new ParticleData { Path = _folder["nm.npy"], Length = 0.09 }, 0, warnings.Add);
        Assert.Empty(warnings);
    }

    /// <summary>How far the network's answer is from equivariant when two particles are exchanged.</summary>
    private static double Change(MeanFreePositions shape, Tensor x, int a, int b)
    {
        var random = new RandomStream(4);
        var network = Check.Double(Check.Randomized(new EquivariantNet(ParticleFlows.Small, shape.Nodes!, 0, random), random, scale: 0.4));
        var order = Enumerable.Range(0, shape.Particles).Select(i => (long)(i == a ? b : i == b ? a : i)).ToArray();
        Tensor Exchanged(Tensor rows) => rows.view(-1, shape.Particles, shape.Dimensions).index_select(1, tensor(order)).flatten(1);
        using var noGradient = no_grad();
        return Check.Difference(network.Forward(new(Exchanged(x)), null).Value, Exchanged(network.Forward(new(x), null).Value));
    }

    private static DensityModel Model(Samples samples)
    {
        var method = new FreeFormMethod { Flow = new() { Network = new EquivariantOptions { Blocks = 1, Width = 8, NormalizationFactor = 2 } } };
        return DensityModel.Create((space, conditions) => method.For(space).Build(new(space, conditions, new RandomStream(6))), samples,
            ColumnScalings.Of(Scaling.Standard, samples.Dimension, 0), CPU);
    }
}

using FFF.Datasets.Particles;
using FFF.Datasets.Particles.Energies;
using FFF.Randomness;
using FFF.Spaces;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Datasets.Particles;

public sealed class EnergyTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public static TheoryData<ParticleSystemKind> Systems => [.. Enum.GetValues<ParticleSystemKind>()];

    public void Dispose() => _scope.Dispose();

    [Theory]
    [MemberData(nameof(Systems))]
    public void EnergiesAreSumsOverPairs(ParticleSystemKind kind)
    {
        var system = ParticleSystems.Get(kind);
        var x = Positions(system, 5);
        var energy = system.Energy(x);
        for (var row = 0; row < 5; row++)
        {
            double[] flat = [.. x[row].data<double>()];
            var expected = kind == ParticleSystemKind.Dw4
                ? MetropolisChain.Energy(PairPotentials.DoubleWell, false, [.. flat.Chunk(2)])
                : MetropolisChain.Energy(PairPotentials.LennardJones, true, [.. flat.Chunk(3)]);
            Assert.Equal(1, energy[row].item<double>() / expected, 1e-11);
        }
    }

    /// <summary>ε scales the pairs and not the oscillator.</summary>
    [Fact]
    public void TheWellDepthScalesPairsOnly()
    {
        var shallow = new LennardJones("shallow", 13, spread: 1, new());
        var deep = (IParticleSystem)ParticleSystems.Of(new ParticleData { System = ParticleSystemKind.Lj13, WellDepth = 2.5 })!;
        Assert.Equal("lj13-depth2.5", deep.Name);
        var x = Positions(shallow, 4);
        var (energy, force) = shallow.EnergyAndForce(x);
        var (deepEnergy, deepForce) = deep.EnergyAndForce(x);
        Check.Close(deepEnergy, 2.5 * energy - 1.5 * 0.5 * x.square().sum([1]), 1e-9 * energy.abs().max().item<double>());
        Check.Close(deepForce, 2.5 * force + 1.5 * x, 1e-9 * force.abs().max().item<double>());
    }

    [Theory]
    [MemberData(nameof(Systems))]
    public void ForcesAreFiniteDifferencesOfTheEnergy(ParticleSystemKind kind)
    {
        var system = ParticleSystems.Get(kind);
        var x = Positions(system, 1);
        var (_, force) = system.EnergyAndForce(x);
        const double H = 1e-5;
        var dimension = x.shape[1];
        var shifts = H * eye(dimension, dtype: float64);
        var numeric = -(system.Energy(x + shifts) - system.Energy(x - shifts)) / (2 * H);
        Assert.True((numeric - force[0]).abs().max().item<double>() < 1e-6 * (1 + force.abs().max().item<double>()));
    }

    [Theory]
    [MemberData(nameof(Systems))]
    public void EnergiesAreInvariantAndForcesTurnAlong(ParticleSystemKind kind)
    {
        var system = ParticleSystems.Get(kind);
        var (particles, dimensions) = (system.Shape.Particles, system.Shape.Dimensions);
        var x = Positions(system, 3);
        var (energy, force) = system.EnergyAndForce(x);
        using var random = NamedSeed.Stream(7, "symmetry");
        var (rotation, _) = linalg.qr(random.Normal([dimensions, dimensions], float64));
        var order = random.Permutation(particles);
        Tensor Transform(Tensor v) => matmul(v.view(-1, particles, dimensions).index_select(1, order), rotation).reshape(v.shape);
        var (transformedEnergy, transformedForce) = system.EnergyAndForce(Transform(x) + 3);
        Check.Close(transformedEnergy, energy, 1e-10 * energy.abs().max().item<double>());
        Check.Close(transformedForce, Transform(force), 1e-9 * (1 + force.abs().max().item<double>()));
    }

    [Theory]
    [MemberData(nameof(Systems))]
    public void ChunksOfABatchDoNotShow(ParticleSystemKind kind)
    {
        var system = ParticleSystems.Get(kind);
        var rows = kind == ParticleSystemKind.Dw4 ? 5000 : 400;
        var x = Positions(system, rows);
        var (energy, force) = system.EnergyAndForce(x);
        var last = x.narrow(0, rows - 2, 2);
        var (lastEnergy, lastForce) = system.EnergyAndForce(last);
        Check.Close(energy.narrow(0, rows - 2, 2), lastEnergy, 1e-9 * (1 + lastEnergy.abs().max().item<double>()));
        Check.Close(force.narrow(0, rows - 2, 2), lastForce, 1e-9 * (1 + lastForce.abs().max().item<double>()));
    }

    /// <summary>On a core's registers and by libtorch's operations, in both precisions and with a last block that is not full.</summary>
    [Theory]
    [InlineData(ScalarType.Float32, 1e-4)]
    [InlineData(ScalarType.Float64, 1e-12)]
    public void BothKernelsAgree(ScalarType type, double tolerance)
    {
        Agree(new LennardJonesPair(1, 1), ParticleSystems.Get(ParticleSystemKind.Lj55));
        Agree(new DoubleWellPair(0.9, -4, 4), ParticleSystems.Get(ParticleSystemKind.Dw4));

        void Agree<TPair>(TPair pair, IParticleSystem system)
            where TPair : struct, IPairPotential
        {
            foreach (var rows in new[] { 1, 7, 301 })
            {
                var x = Positions(system, rows).to(type);
                var (energy, force) = PairInteractions.Sum(pair, x, system.Shape);
                var (expectedEnergy, expectedForce) = PairInteractions.ByTensors(pair, x, system.Shape);
                Check.Close(energy, expectedEnergy, tolerance * expectedEnergy.abs().max().to(float64).item<double>());
                Check.Close(force, expectedForce, tolerance * expectedForce.abs().max().to(float64).item<double>());
            }
        }
    }

    /// <summary>The global minima of Lennard-Jones clusters, icosahedra: Wales and Doye, J. Phys. Chem. A 101 (1997) 5111.</summary>
    [Theory]
    [InlineData(ParticleSystemKind.Lj13, -44.326801)]
    [InlineData(ParticleSystemKind.Lj55, -279.248470)]
    public void PairsAloneHaveThePublishedMinimum(ParticleSystemKind kind, double minimum)
    {
        var system = ParticleSystems.Get(kind);
        var x = tensor(Icosahedron(kind == ParticleSystemKind.Lj13 ? 1 : 2).SelectMany(p => p).ToArray(), float64).view(1, -1);
        var energy = 0.0;
        for (var step = 0; step < 600; step++)
        {
            using var scope = NewDisposeScope();
            var (whole, force) = system.EnergyAndForce(x);
            energy = (whole - 0.5 * x.square().sum()).item<double>();
            x = (x + 1e-3 * (force + x)).MoveToOuterDisposeScope();
        }

        Assert.Equal(minimum, energy, 1e-4);
    }

    /// <summary>The centre, twelve corners at distance 0.96, and for two shells the corners and edges of the next.</summary>
    private static List<double[]> Icosahedron(int shells)
    {
        var golden = (1 + Math.Sqrt(5)) / 2;
        var scale = 0.96 / Math.Sqrt(1 + golden * golden);
        var corners = (from a in new[] { -1.0, 1 }
                       from b in new[] { -golden, golden }
                       from turn in Enumerable.Range(0, 3)
                       select Enumerable.Range(0, 3).Select(k => scale * new[] { 0, a, b }[(k + turn) % 3]).ToArray()).ToList();
        var points = new List<double[]> { new double[3] };
        points.AddRange(corners);
        if (shells == 2)
        {
            points.AddRange(corners.Select(corner => corner.Select(v => 2 * v).ToArray()));
            points.AddRange(from i in Enumerable.Range(0, 12)
                            from j in Enumerable.Range(0, i)
                            where Math.Sqrt(corners[i].Zip(corners[j], (p, q) => (p - q) * (p - q)).Sum()) < 1.2
                            select corners[i].Zip(corners[j], (p, q) => p + q).ToArray());
        }

        return points;
    }

    /// <summary>Positions in which no two particles are very close: a jittered grid.</summary>
    private static Tensor Positions(IParticleSystem system, int count)
    {
        using var random = NamedSeed.Stream(1, "positions");
        var (particles, dimensions) = (system.Shape.Particles, system.Shape.Dimensions);
        var side = (int)Math.Ceiling(Math.Pow(particles, 1.0 / dimensions));
        var grid = Enumerable.Range(0, particles)
            .SelectMany(i => Enumerable.Range(0, dimensions).Select(k => (double)(i / (int)Math.Pow(side, k) % side)))
            .ToArray();
        return MeanFree.Project(1.2 * tensor(grid, float64) + 0.15 * random.Normal([count, grid.Length], float64), system.Shape);
    }
}

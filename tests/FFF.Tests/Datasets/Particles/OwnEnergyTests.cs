using FFF.Datasets;
using FFF.Datasets.Particles;
using FFF.Datasets.Particles.Energies;
using FFF.Formats;
using FFF.Spaces;
using FFF.Tests.Formats;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Datasets.Particles;

public sealed class OwnEnergyTests : IDisposable
{
    private static readonly MeanFreePositions Shape = new(5, 3);

    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    public static TheoryData<string> Potentials => ["lennard-jones", "harmonic", "double-well", "table"];

    /// <summary>Against sums over pairs in plain numbers, on the cores and by tensors, in units of kT.</summary>
    [Theory]
    [MemberData(nameof(Potentials))]
    public void EnergiesAreSumsOverPairsAndATrap(string kind)
    {
        var (potential, u) = Of(kind);
        var energy = (IParticleSystem)new PairEnergy { Potential = potential, Trap = 0.7, Temperature = 2.5 }.Of(Shape);
        var x = Positions(6);
        var (values, _) = energy.EnergyAndForce(x);
        for (var row = 0; row < 6; row++)
        {
            var particles = x[row].data<double>().ToArray().Chunk(3).ToArray();
            var pairs = from i in Enumerable.Range(0, 5) from j in Enumerable.Range(0, i) select u(Distance(particles[i], particles[j]));
            var expected = (pairs.Sum() + 0.35 * x[row].square().sum().item<double>()) / 2.5;
            Assert.Equal(expected, values[row].item<double>(), 1e-9 * (1 + Math.Abs(expected)));
        }
    }

    [Theory]
    [MemberData(nameof(Potentials))]
    public void ForcesAreFiniteDifferences(string kind)
    {
        var energy = (IParticleSystem)new PairEnergy { Potential = Of(kind).Config, Trap = 0.7, Temperature = 2.5 }.Of(Shape);
        var x = Positions(1);
        const double H = 1e-5;
        var shifts = H * eye(15, dtype: float64);
        var numeric = -(energy.Energy(x + shifts) - energy.Energy(x - shifts)) / (2 * H);
        var (_, force) = energy.EnergyAndForce(x);
        Check.Close(force[0], numeric, 1e-5 * (1 + force.abs().max().item<double>()));
    }

    /// <summary>The systems of the literature are these energies with certain numbers.</summary>
    [Fact]
    public void TheLiteraturesSystemsCanBeWritten()
    {
        Agree(ParticleSystemKind.Dw4, 1, new PairEnergy { Potential = new DoubleWellPotential() });
        Agree(ParticleSystemKind.Lj13, 2, new PairEnergy { Potential = new LennardJonesPotential { Epsilon = 2, Sigma = Math.Pow(2, -1.0 / 6) }, Trap = 1 });

        static void Agree(ParticleSystemKind kind, double depth, PairEnergy own)
        {
            var known = ParticleSystems.Get(kind).WithWellDepth(depth);
            var x = known.Spread * randn([4, known.Shape.Dimension], float64, generator: new Generator(3));
            var expected = known.Energy(x);
            Check.Close(own.Of(known.Shape).Energy(x), expected, 1e-9 * expected.abs().max().item<double>());
        }
    }

    /// <summary>Springs between all pairs are a Gaussian: ½ k Σ_{i&lt;j} ‖x_i − x_j‖² = ½ k N Σ ‖x_i − x̄‖², log Z = ½ S log(2π kT / (k N)), ⟨U⟩ =
    /// S/2.</summary>
    [Fact]
    public void ChainsDrawFromASpringNetworkWhoseNormaliserIsKnown()
    {
        var springs = new PairEnergy { Potential = new HarmonicPotential { Stiffness = 0.5 }, Temperature = 2, Spread = 1.2 };
        var (positions, report) = ParticleSampler.Draw((IParticleSystem)springs.Of(Shape), 4000, seed: 1);
        Assert.Empty(report.Faults());
        var expected = 0.5 * 12 * Math.Log(2 * Math.PI * 2 / (0.5 * 5));
        Assert.InRange(Math.Abs(report.LogZ.Value - expected), 0, 4 * report.LogZ.StandardError + 1e-3);
        Assert.InRange(Math.Abs(report.Energy.Mean - 6), 0, 4 * report.Energy.StandardError);
        Npy.Write(_folder["x.npy"], positions);
        Assert.Empty(WarningsOf(new ParticleData { Path = _folder["x.npy"], Energy = springs }));
        var doubt = Assert.Single(WarningsOf(new ParticleData { Path = _folder["x.npy"], Energy = springs with { Temperature = 1 } }));
        Assert.Contains("no samples of data.energy", doubt, StringComparison.Ordinal);
        var drawn = DatasetFactory.Create(new ParticleData { Energy = springs, Particles = 5, Dimensions = 3, Samples = 200, Cache = false }, 0);
        Assert.Equal((160, 15), (drawn.Train.Count, drawn.Train.Dimension));
    }

    [Fact]
    public void ACommandComputesEnergies()
    {
        Npy.Write(_folder["made.npy"], tensor(new[] { 1.0, 2, 3 }));
        var copy = OperatingSystem.IsWindows() ? "copy" : "cp";
        var (made, given) = (OwnCommand.Quoted(_folder["made.npy"]), OwnCommand.Quoted(_folder["given.npy"]));
        var energy = new CommandEnergy { Command = $"{copy} {made} {{energies}} && {copy} {{positions}} {given}", Temperature = 2 };
        var x = Positions(3);
        Check.Close(energy.Of(Shape).Energy(x), tensor(new[] { 0.5, 1, 1.5 }), 0);
        Check.Close(Npy.Read(_folder["given.npy"]), x.view(3, 5, 3), 0);
        Assert.Contains("(3) for 2 systems", Assert.Throws<DatasetException>(() => energy.Of(Shape).Energy(Positions(2))).Message, StringComparison.Ordinal);
        Assert.Contains("ended with exit code 3",
            Assert.Throws<DatasetException>(() => new CommandEnergy { Command = "exit 3" }.Of(Shape).Energy(x)).Message, StringComparison.Ordinal);
        Assert.Contains("has not written the file",
            Assert.Throws<DatasetException>(() => new CommandEnergy { Command = "exit 0" }.Of(Shape).Energy(x)).Message, StringComparison.Ordinal);
    }

    private static List<string> WarningsOf(ParticleData data)
    {
        var warnings = new List<string>();
        DatasetFactory.Create(data, 0, warnings.Add);
        return warnings;
    }

    private static (PotentialConfig Config, Func<double, double> U) Of(string kind) => kind switch
    {
        "lennard-jones" => (new LennardJonesPotential { Epsilon = 1.5, Sigma = 1.2 }, r => 6 * (Math.Pow(1.2 / r, 12) - Math.Pow(1.2 / r, 6))),
        "harmonic" => (new HarmonicPotential { Stiffness = 3, Length = 1.1 }, r => 1.5 * (r - 1.1) * (r - 1.1)),
        "double-well" => (new DoubleWellPotential { Quartic = 2, Quadratic = -3, Centre = 1.5 }, r => (2 * Math.Pow(r - 1.5, 4)) - (3 * (r - 1.5) * (r - 1.5))),

        // Through points of a straight line a spline is that line, also beyond them.
        _ => (new TablePotential { Distances = [1, 1.5, 3], Energies = [2, 1, -2] }, r => 4 - (2 * r)),
    };

    private static double Distance(double[] a, double[] b) => Math.Sqrt(a.Zip(b, (p, q) => (p - q) * (p - q)).Sum());

    private static Tensor Positions(int count)
    {
        var x = 1.5 * randn([count, 5, 3], float64, generator: new Generator(7));
        return (x - x.mean([1], keepdim: true)).view(count, 15);
    }
}

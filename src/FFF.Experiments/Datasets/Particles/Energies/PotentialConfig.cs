using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text;
using FFF.Datasets.Particles.Energies;
using FFF.Formats;
using FFF.Options;

[assembly: Kind<PotentialConfig, LennardJonesPotential>("lennard-jones", Order = 1)]
[assembly: Kind<PotentialConfig, HarmonicPotential>("harmonic", Order = 2)]
[assembly: Kind<PotentialConfig, DoubleWellPotential>("double-well", Order = 3)]
[assembly: Kind<PotentialConfig, TablePotential>("table", Order = 4)]

namespace FFF.Datasets.Particles.Energies;

/// <summary>A potential u(r) between two particles; <c>kind</c> tells which.</summary>
public abstract record PotentialConfig
{
    /// <summary>Its kind and numbers, which tell it from all others.</summary>
    internal abstract string Name { get; }

    /// <summary>The system of particles with this potential.</summary>
    internal abstract IParticleSystem System(PairPlace place);

    private protected static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>u(r) = 4ε ((σ/r)¹² − (σ/r)⁶).</summary>
public sealed record LennardJonesPotential : PotentialConfig
{
    /// <summary>ε, the depth of the well; twice as much where a program counts each pair twice.</summary>
    [Range(1e-12, 1e12)]
    public double Epsilon { get; init; } = 1;

    /// <summary>σ, the distance at which u is zero; the minimum is at 1.1225 σ.</summary>
    [Range(1e-12, 1e12)]
    public double Sigma { get; init; } = 1;

    /// <inheritdoc/>
    internal override string Name => Invariant($"lennard-jones-{Epsilon}-{Sigma}");

    /// <inheritdoc/>
    internal override IParticleSystem System(PairPlace place) => place.With(new LennardJonesPair(Epsilon, Sigma * Math.Pow(2, 1.0 / 6)));
}

/// <summary>u(r) = ½ k (r − r₀)².</summary>
public sealed record HarmonicPotential : PotentialConfig
{
    /// <summary>k.</summary>
    [Range(1e-12, 1e12)]
    public double Stiffness { get; init; } = 1;

    /// <summary>r₀.</summary>
    [Range(0.0, 1e12)]
    public double Length { get; init; }

    /// <inheritdoc/>
    internal override string Name => Invariant($"harmonic-{Stiffness}-{Length}");

    /// <inheritdoc/>
    internal override IParticleSystem System(PairPlace place) => place.With(new DoubleWellPair(0, 0.5 * Stiffness, Length));
}

/// <summary>u(r) = a (r − r₀)⁴ + b (r − r₀)²: two wells beside r₀ where b is negative. The defaults are those of dw4.</summary>
public sealed record DoubleWellPotential : PotentialConfig
{
    /// <summary>a.</summary>
    [Range(0.0, 1e12)]
    public double Quartic { get; init; } = DoubleWell4.Quartic;

    /// <summary>b.</summary>
    [Range(-1e12, 1e12)]
    public double Quadratic { get; init; } = DoubleWell4.Quadratic;

    /// <summary>r₀.</summary>
    [Range(0.0, 1e12)]
    public double Centre { get; init; } = DoubleWell4.Centre;

    /// <inheritdoc/>
    internal override string Name => Invariant($"double-well-{Quartic}-{Quadratic}-{Centre}");

    /// <inheritdoc/>
    internal override IParticleSystem System(PairPlace place) =>
        place.With(new DoubleWellPair(Quartic, Quadratic, Centre), Quartic > 0 && Quadratic < 0 ? Centre : null);
}

/// <summary>Points of u(r), through which a natural cubic spline is laid; before the first and beyond the last it is a straight line.</summary>
public sealed record TablePotential : PotentialConfig, IValidated
{
    /// <summary>Distances, rising.</summary>
    [MinLength(2)]
    public required IReadOnlyList<double> Distances { get; init; }

    /// <summary>u at each of them.</summary>
    [MinLength(2)]
    public required IReadOnlyList<double> Energies { get; init; }

    /// <inheritdoc/>
    IEnumerable<Rule> IValidated.Rules =>
    [
        new(() => Distances.Count == Energies.Count ? null : $"expected as many distances as energies, found {Distances.Count} and {Energies.Count}",
            nameof(Distances), nameof(Energies)),
        new(() => Distances[0] >= 0 && Distances.Zip(Distances.Skip(1)).All(pair => pair.First < pair.Second) ? null
            : "expected distances from 0 on, each larger than the one before", nameof(Distances)),
    ];

    /// <inheritdoc/>
    internal override string Name
    {
        get
        {
            var numbers = string.Join(' ', Distances.Concat(Energies).Select(number => Invariant($"{number:R}")));
            return $"table-{FileDigest.Sha256(Encoding.UTF8.GetBytes(numbers))[..16]}";
        }
    }

    /// <inheritdoc/>
    internal override IParticleSystem System(PairPlace place) => place.With(new TabulatedPair([.. Distances], [.. Energies]));
}

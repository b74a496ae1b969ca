using System.ComponentModel.DataAnnotations;
using FFF.Datasets;
using FFF.Datasets.Particles;
using FFF.Flows;
using FFF.Options;
using FFF.Spaces;

[assembly: Kind<DataConfig, ParticleData>("particles", Order = 4)]

namespace FFF.Datasets.Particles;

/// <summary>
/// Positions of particles: samples of a system of the literature, which Markov chains draw, or a file. Their mean is taken
/// off, and they are never standardised, as columns of different scales would undo the particles' symmetries.
/// </summary>
public sealed record ParticleData : DataConfig, IValidated
{
    /// <summary>The system; needed where there is no file.</summary>
    public ParticleSystemKind? System { get; init; }

    /// <summary>
    /// ε, which multiplies the pair energies of lj13 and lj55; 1 if left out. The published sets
    /// all_data_LJ13-2.npy and all_data_LJ55.npy have 2: they count each pair twice.
    /// </summary>
    [Range(0.01, 100.0)]
    public double? WellDepth { get; init; }

    /// <summary>A .npy file of positions, [N, particles, dimensions] or [N, particles·dimensions]; relative to the configuration file that names it.</summary>
    [MinLength(1)]
    [RelativeToFile]
    public string? Path { get; init; }

    /// <summary>
    /// How many samples are drawn, 10000 if left out, or read from the file's start, all if left out; those for validation and test included.
    /// </summary>
    [Range(2, 100_000_000)]
    public int? Samples { get; init; }

    /// <summary>The seed of the chains. It is not the experiment's, so that runs of several seeds share their data.</summary>
    public long Seed { get; init; }

    /// <summary>Whether drawn samples are kept in the user's cache folder, and read from there the next time.</summary>
    public bool Cache { get; init; } = true;

    /// <summary>
    /// Whether drawn samples are taken even where their chains have not mixed or the virial is off. Results on them are not of the system.
    /// </summary>
    public bool AcceptPoorMixing { get; init; }

    /// <summary>The particles of a row, for a file of two dimensions whose system is not named.</summary>
    [Range(2, 100_000)]
    public int? Particles { get; init; }

    /// <summary>The dimensions of space, as above.</summary>
    [Range(1, 1000)]
    public int? Dimensions { get; init; }

    /// <summary>The share of the samples that is kept for the final test.</summary>
    [Range(0.0, 0.9)]
    public double TestFraction { get; init; } = 0.1;

    /// <inheritdoc/>
    IEnumerable<Rule> IValidated.Rules =>
    [
        Rule.Shares(nameof(ValidationFraction), nameof(TestFraction), () => (ValidationFraction, TestFraction)),
        new(HasSource, nameof(System), nameof(Path)),
        new(HasDepth, nameof(WellDepth), nameof(System)),
        new(() => AcceptPoorMixing && Path is not null ? "leave it out where positions are read from a file: it is for those that chains draw" : null,
            nameof(AcceptPoorMixing), nameof(Path)),
        new(DescribesItsFile, nameof(Particles), nameof(Dimensions)),
    ];

    /// <inheritdoc/>
    public override (Space Space, int Conditions) Outline =>
        (ParticleSystems.Of(this)?.Shape ?? new MeanFreePositions(Particles ?? TypicalColumns, Dimensions ?? MoleculeSpace.Axes), 0);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Files => Path is null ? [] : [Path];

    /// <inheritdoc/>
    public override DataSource Open(DataRequest request)
    {
        var data = ParticlePositions.Of(this, request);
        return new DataSource(data.Name, new Samples(data.Positions, null) { Space = data.Shape }, data.Shape.Columns, [], TestFraction)
        {
            Correlation = data.Correlation,
        };
    }

    /// <inheritdoc/>
    public override string? Misfit(MethodConfig method) => RequireMeanFree(method);

    private string? HasSource() => System is not null || Path is not null
        ? null
        : "expected system, whose samples are drawn, or path, a file of positions; found neither";

    private string? HasDepth() => WellDepth is null || System is ParticleSystemKind.Lj13 or ParticleSystemKind.Lj55
        ? null
        : "expected a well depth only for the systems lj13 and lj55, whose pair energies it multiplies";

    private string? DescribesItsFile() => (Particles, Dimensions) switch
    {
        (null, null) => null,
        _ when Path is null => "expected particles and dimensions only beside path, as the system has its own",
        (null, _) or (_, null) => "expected particles and dimensions together, found one of them",
        _ => null,
    };
}

/// <summary>Particle systems of the literature, at temperature 1.</summary>
public enum ParticleSystemKind
{
    /// <summary>Four particles in the plane, with a double well between each two.</summary>
    Dw4,

    /// <summary>A Lennard-Jones cluster of 13 particles in space.</summary>
    Lj13,

    /// <summary>A Lennard-Jones cluster of 55 particles in space.</summary>
    Lj55,
}

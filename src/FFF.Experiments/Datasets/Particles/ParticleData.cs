using System.ComponentModel.DataAnnotations;
using FFF.Datasets;
using FFF.Datasets.Molecules;
using FFF.Datasets.Particles;
using FFF.Datasets.Particles.Energies;
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
    /// <summary>The particles that tell a mirror image.</summary>
    private const int Four = 4;

    /// <summary>The system; needed where there is no file.</summary>
    public ParticleSystemKind? System { get; init; }

    /// <summary>
    /// ε, which multiplies the pair energies of lj13 and lj55; 1 if left out. The published sets
    /// all_data_LJ13-2.npy and all_data_LJ55.npy have 2: they count each pair twice.
    /// </summary>
    [Range(0.01, 100.0)]
    public double? WellDepth { get; init; }

    /// <summary>
    /// A file of positions: .npy, [N, particles, dimensions] or [N, particles·dimensions], or frames of the same atoms in the same order, .xyz,
    /// extended .xyz or .sdf, also compressed (.gz); relative to the configuration file that names it.
    /// </summary>
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

    /// <summary>
    /// What each particle is, such as its element, in their order; taken from files that tell it. Particles are told apart by it unless
    /// <c>identity</c> says otherwise.
    /// </summary>
    [MinLength(2)]
    public IReadOnlyList<string>? Types { get; init; }

    /// <summary>Which particles the density may exchange. If left out, those of one type, or all where no types are known.</summary>
    public ParticleIdentity? Identity { get; init; }

    /// <summary>
    /// Pairs of particles that are bonded, from 0, such as [[0, 1], [1, 2]]: networks are told of each pair whether it is. Networks that know bonds compute by
    /// libtorch's operations, which take longer than the program's own kernels.
    /// </summary>
    [MinLength(1)]
    public IReadOnlyList<IReadOnlyList<int>>? Bonds { get; init; }

    /// <summary>The same from a file: an .sdf file, of which the first record's are taken, or a table or .npy of two columns, the particles' numbers.</summary>
    [MinLength(1)]
    [RelativeToFile]
    public string? BondsFile { get; init; }

    /// <summary>
    /// What positions are divided by before networks are given them, in the file's unit; 1 if left out. Networks want coordinates of about 1.
    /// Samples and densities are in the file's own unit.
    /// </summary>
    [Range(1e-9, 1e9)]
    public double? Length { get; init; }

    /// <summary>
    /// Four particles, from 0, that are not of one plane: three and one that they surround, as around a chiral atom. All data must be of the same of the two
    /// mirror images, which distances do not tell apart; samples of the other are mirrored, and densities are twice as large.
    /// </summary>
    public IReadOnlyList<int>? Chirality { get; init; }

    /// <summary>What is learnt of positions that are read from a file.</summary>
    public ParticleCoordinates? Coordinates { get; init; }

    /// <summary>
    /// The energy that positions are samples of, where they are of no system of the literature: samples are weighed by it, and drawn by chains where it has
    /// forces and no path is given.
    /// </summary>
    public EnergyConfig? Energy { get; init; }

    /// <summary>
    /// Energies of the rows that are read, such as potential energies that molecular dynamics wrote beside its frames, where no energy of new positions can be
    /// computed: the evaluation energies tells log Z and the distance from data to flow by them.
    /// </summary>
    public FrameEnergies? Energies { get; init; }

    /// <summary>The share of the samples that is kept for the final test.</summary>
    [Range(0.0, 0.9)]
    public double TestFraction { get; init; } = 0.1;

    /// <inheritdoc/>
    IEnumerable<Rule> IValidated.Rules =>
    [
        Rule.Shares(nameof(ValidationFraction), nameof(TestFraction), () => (ValidationFraction, TestFraction)),
        new(HasSource, nameof(System), nameof(Path), nameof(Energy)),
        new(() => System is not null && Energy is not null ? "expected system or energy, found both" : null, nameof(Energy), nameof(System)),
        new(() => Energies is null ? null
                : Path is null ? "expected path, a file of positions, whose rows these are the energies of"
                : System is not null || Energy is not null ? "leave it out where data.system or data.energy tells the energy of any positions" : null,
            nameof(Energies), nameof(Path), nameof(System), nameof(Energy)),
        new(() => Energies is { Path: null } && Path is { } path && !MoleculeFile.CanRead(path)
                ? "expected path, a file of one number for each row: only frames, such as .xyz, have energies in their lines of comment"
                : null,
            nameof(Energies), nameof(Path)),
        new(HasDepth, nameof(WellDepth), nameof(System)),
        new(() => AcceptPoorMixing && Path is not null ? "leave it out where positions are read from a file: it is for those that chains draw" : null,
            nameof(AcceptPoorMixing), nameof(Path)),
        new(DescribesItsFile, nameof(Particles), nameof(Dimensions)),
        new(() => OfFile(Types, "types", "the particles of a system are alike"), nameof(Types), nameof(System)),
        new(() => OfFile(Identity, "identity", "the particles of a system are alike"), nameof(Identity), nameof(System)),
        new(() => OfFile(Bonds, "bonds", "the particles of a system are alike"), nameof(Bonds), nameof(System)),
        new(() => OfFile(BondsFile, "bonds_file", "the particles of a system are alike"), nameof(BondsFile), nameof(System)),
        new(() => Bonds is not null && BondsFile is not null ? "expected bonds or bonds_file, found both" : null, nameof(BondsFile), nameof(Bonds)),
        new(() => Bonds?.FirstOrDefault(pair => pair.Count != 2) is { } odd ? $"expected pairs of particles, found [{string.Join(", ", odd)}]" : null,
            nameof(Bonds)),
        new(() => OfFile(Length, "length", "the coordinates of a system are about 1"), nameof(Length), nameof(System)),
        new(() => OfFile(Chirality, "chirality", "a system's energy is that of its mirror image"), nameof(Chirality), nameof(System)),
        new(() => Chirality is not null && Energy is { CanBeDrawn: true }
                ? "leave out chirality where the energy is one of pairs: it is that of the mirror image"
                : null,
            nameof(Chirality), nameof(Energy)),
        new(() => Chirality is { } four && (four.Count != Four || four.Distinct().Count() < Four || four.Any(particle => particle < 0))
            ? $"expected four different particles, from 0, found {string.Join(", ", four)}" : null, nameof(Chirality)),
        new(() => IsInternal ? OfFile(Coordinates, "coordinates", "its particles are exchanged, as the atoms of a molecule are not") : null,
            nameof(Coordinates), nameof(System)),
        new(() => IsInternal && Path is null ? "expected path, a file of frames, by which distances and angles are chosen" : null,
            nameof(Coordinates), nameof(Path)),
        new(() => IsInternal && Chirality is not null ? "leave out chirality: distances and angles tell mirror images apart" : null,
            nameof(Chirality), nameof(Coordinates)),
        new(() => IsInternal && Length is not null ? "leave out length: distances and angles are standardised" : null, nameof(Length), nameof(Coordinates)),
        new(() => IsInternal && Identity is { } identity and not ParticleIdentity.Each
            ? "leave out identity: distances and angles are those of single atoms, which cannot be exchanged"
            : null, nameof(Identity), nameof(Coordinates)),
    ];

    /// <inheritdoc/>
    public override (Space Space, int Conditions) Outline =>
        (System is { } system ? ParticleSystems.Get(system).Shape : Outlined(Described ?? new MeanFreePositions(TypicalColumns, MoleculeSpace.Axes)), 0);

    /// <summary>Whether distances and angles are learnt.</summary>
    internal bool IsInternal => Coordinates == ParticleCoordinates.Internal;

    /// <summary>N and d as the configuration says; null where it leaves that to the file.</summary>
    internal MeanFreePositions? Described => this is { Particles: { } particles, Dimensions: { } dimensions } ? new(particles, dimensions) : null;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Files => [.. new[] { Path, BondsFile, Energies?.Path }.OfType<string>()];

    /// <inheritdoc/>
    internal override string KeyOfFile(string path) =>
        path == Path ? "path" : path == BondsFile ? BondFile.KeyName : FrameEnergyFile.KeyName;

    /// <inheritdoc/>
    public override DataSource Open(DataRequest request)
    {
        var data = ParticlePositions.Of(this, request);
        return new DataSource(data.Name, new Samples(data.Positions, null) { Space = data.Shape }, data.Shape.Columns, [], TestFraction)
        {
            Correlation = data.Correlation,
            IsSeries = Path is not null,
            Energies = data.Energies,
        };
    }

    /// <inheritdoc/>
    public override string? Misfit(MethodConfig method) => IsInternal ? base.Misfit(method) : RequireMeanFree(method);

    /// <summary>The space that a file will be of: where distances and angles are learnt, those of any molecule.</summary>
    private MeanFreePositions Outlined(MeanFreePositions shape) => !IsInternal || shape.Particles <= MoleculeSpace.Axes
        ? shape
        : shape with
        {
            Internal = new(ZMatrix.Of(shape.Particles, Enumerable.Range(1, shape.Particles - 1).Select(atom => (atom - 1, atom))),
                new double[shape.Particles - MoleculeSpace.Axes]),
        };

    /// <summary>What describes particles of a file of one's own.</summary>
    private string? OfFile(object? value, string key, string reason) => value is null || System is null
        ? null
        : $"leave out {key} where data.system is named: {reason}";

    private string? HasSource() => (Path, System, Energy) switch
    {
        (not null, _, _) or (_, not null, _) or (_, _, { CanBeDrawn: true }) => null,
        (_, _, not null) => "expected path, a file of positions, as chains cannot draw from this kind of energy",
        _ => "expected system, whose samples are drawn, or path, a file of positions; found neither",
    };

    private string? HasDepth() => WellDepth is null || System is ParticleSystemKind.Lj13 or ParticleSystemKind.Lj55
        ? null
        : "expected a well depth only for the systems lj13 and lj55, whose pair energies it multiplies";

    private string? DescribesItsFile() => (Particles, Dimensions) switch
    {
        (null, null) => Path is null && System is null && Energy is not null ? "expected particles and dimensions, which the energy does not tell" : null,
        _ when System is not null && Path is null => "expected particles and dimensions only beside path or energy, as the system has its own",
        (null, _) or (_, null) => "expected particles and dimensions together, found one of them",
        _ => null,
    };
}

/// <summary>Which particles are told apart.</summary>
public enum ParticleIdentity
{
    /// <summary>None: the density does not change when any two are exchanged.</summary>
    Alike,

    /// <summary>Those of different types: atoms of one element can be exchanged.</summary>
    Type,

    /// <summary>Each from all others, as in a molecule whose bonds stay.</summary>
    Each,
}

/// <summary>What is learnt of positions.</summary>
public enum ParticleCoordinates
{
    /// <summary>Positions themselves, by networks that do not change when these are turned.</summary>
    Positions,

    /// <summary>
    /// Distances, angles and dihedral angles along the bonds of one molecule, by any network for vectors: for fixed molecules far easier. The bonds are
    /// those given, or the shortest tree by mean distance.
    /// </summary>
    Internal,
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

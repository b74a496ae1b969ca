using System.ComponentModel.DataAnnotations;
using FFF.Datasets;
using FFF.Datasets.Molecules;
using FFF.Flows;
using FFF.Options;
using FFF.Spaces;
using static FFF.Formats.NumberText;

[assembly: Kind<DataConfig, MoleculeData>("molecules", Order = 5)]

namespace FFF.Datasets.Molecules;

/// <summary>Molecules in space: positions, elements and nuclear charges of their atoms, of any number of atoms.</summary>
public sealed record MoleculeData : DataConfig, IValidated
{
    /// <summary>About the mean number of atoms in QM9.</summary>
    private const int TypicalAtoms = 18;

    /// <summary>A data set of the literature; needed where there is no file.</summary>
    public MoleculeSource? Source { get; init; }

    /// <summary>
    /// A file of molecules, .xyz or .sdf, also compressed (.gz), or .npz with arrays positions, [N, M, 3], and charges, [N, M], 0 behind the last atom;
    /// relative to the configuration file that names it.
    /// </summary>
    [MinLength(1)]
    [RelativeToFile]
    public string? Path { get; init; }

    /// <summary>Where the files of qm9 are; the user's cache folder, to which fff data fetch downloads them, if left out.</summary>
    [MinLength(1)]
    [RelativeToFile]
    public string? Folder { get; init; }

    /// <summary>Whether qm9 is kept in the user's cache as it is learnt, so that the archive is unpacked only once.</summary>
    public bool Cache { get; init; } = true;

    /// <summary>
    /// The elements, by symbol; molecules of qm7 and qm9 with others are left out, in a file of
    /// one's own they are an error. Those of the data set, or H, C, N, O and F, if left out.
    /// </summary>
    public IReadOnlyList<string> Elements { get; init; } = [];

    /// <summary>
    /// Whether hydrogen is left out of the molecules, as in the literature's easier variant of qm9. Stability, which counts bonds to hydrogen, then
    /// says nothing; molecules of one other atom are left out.
    /// </summary>
    public bool RemoveH { get; init; }

    /// <summary>
    /// The order of a molecule's atoms. In an order that means something, networks are told the number of each atom in it, and a whitening can be used;
    /// without one, atoms can be exchanged.
    /// </summary>
    public AtomOrder Order { get; init; }

    /// <summary>
    /// Numbers of each molecule that it is conditioned on, by name: arrays [N] of an .npz file, name=number in the comments of an .xyz file, qm9's
    /// properties (A, B, C, mu, alpha, homo, lumo, gap, r2, zpve, U0, U, H, G, Cv), and n_atoms, the number of atoms. Networks are told them,
    /// standardised.
    /// </summary>
    public IReadOnlyList<string> Condition { get; init; } = [];

    /// <summary>Molecules of fewer atoms are left out; none is if left out.</summary>
    [Range(2, 100_000)]
    public int? MinAtoms { get; init; }

    /// <summary>Molecules of more atoms are left out; none is if left out.</summary>
    [Range(2, 100_000)]
    public int? MaxAtoms { get; init; }

    /// <summary>How many molecules are used, those for validation and test included; all if left out.</summary>
    [Range(10, 100_000_000)]
    public int? Samples { get; init; }

    /// <summary>
    /// The share of the molecules that is kept for the final test. qm9 is split as published instead, each molecule by its number:
    /// 100,000 to train, 17,748 for validation, 13,083 for the test, as far as they are there; with data.samples by shares.
    /// </summary>
    [Range(0.0, 0.9)]
    public double TestFraction { get; init; } = 0.1;

    /// <inheritdoc/>
    IEnumerable<Rule> IValidated.Rules =>
    [
        Rule.Shares(nameof(ValidationFraction), nameof(TestFraction), () => (ValidationFraction, TestFraction)),
        new(HasMolecules, nameof(Source), nameof(Path)),
        new(() => Condition.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice ? $"names '{twice.Key}' twice" : null,
            nameof(Condition)),
        Rule.Ascending(nameof(MinAtoms), nameof(MaxAtoms), () => (MinAtoms ?? 0, MaxAtoms ?? int.MaxValue)),
    ];

    /// <inheritdoc/>
    public override (Space Space, int Conditions) Outline => (new MoleculeSpace([1, 6, 7, 8, 9], [.. Enumerable.Repeat(0L, TypicalAtoms), 1])
    {
        Ranks = Ranks,
    }, Condition.Count);

    /// <summary>The order, before training molecules have been seen; null where atoms can be exchanged.</summary>
    internal NodeRanks? Ranks => Order == AtomOrder.Any ? null : NodeRanks.Unseen;

    /// <inheritdoc/>
    public override bool HasConditions => Condition.Count > 0;

    /// <inheritdoc/>
    public override IReadOnlyList<string> ConditionNames => Condition;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Files => (Source, Path) switch
    {
        (MoleculeSource.Qm9, _) => Qm9.FilesIn(Folder) is var (archive, list) && list is null ? [archive] : [archive, list!],
        (_, { } path) => [path],
        _ => [],
    };

    /// <inheritdoc/>
    public override void Check()
    {
        if (Source == MoleculeSource.Qm9)
        {
            Qm9Source.Dataset.Require(Folder);
        }
    }

    /// <inheritdoc/>
    public override DataSource Open(DataRequest request)
    {
        var (name, rows, numbers) = MoleculeSamples.Of(this, request.Warn);
        var source = new DataSource($"molecules of {name}", rows, [], Condition, TestFraction);
        return (Samples, numbers) is not (null, { } known) ? source
            : !request.TakesPublishedSplit ? source with { Split = Qm9.FormerSplitOf(rows.Count) }
            : source with { Published = Published(known, request.Warn) };
    }

    private PublishedSplit Published(TorchSharp.torch.Tensor numbers, Action<string>? warn)
    {
        var split = Qm9Split.Of(numbers, Qm9.FilesIn(Folder).List);
        var count = numbers.shape[0];
        if (count < Qm9Split.Molecules && Elements.Count == 0 && (MinAtoms, MaxAtoms, RemoveH) == (null, null, false))
        {
            var (parts, order) = split.Of(count, Qm9.Name);
            order.Dispose();
            warn?.Invoke($"{Count(Qm9Split.Molecules - count)} of QM9's {Count(Qm9Split.Molecules)} molecules are not in the archive. The others are split as "
                + $"published: {Count(parts.Train)} of {Count(Qm9Split.Whole.Train)} to train, {Count(parts.Validation)} of {Count(Qm9Split.Whole.Validation)} "
                + $"for validation, {Count(parts.Test)} of {Count(Qm9Split.Whole.Test)} for the test.");
        }

        return split;
    }

    /// <inheritdoc/>
    public override string? Misfit(MethodConfig method) => RequireMeanFree(method);

    private string? HasMolecules() => (Source, Path) switch
    {
        (null, null) => "expected source, a set of the literature, or path, a file of molecules; found neither",
        ({ }, { }) => "expected source or path, found both",
        _ => null,
    };
}

/// <summary>In what order the atoms of molecules are learnt.</summary>
public enum AtomOrder
{
    /// <summary>In none: atoms can be exchanged.</summary>
    Any,

    /// <summary>Atoms other than hydrogen along the skeleton that their distances make, then each one's hydrogens.</summary>
    Skeleton,
}

/// <summary>Sets of molecules of the literature.</summary>
public enum MoleculeSource
{
    /// <summary>Up to seven heavy atoms; contained in the program.</summary>
    Qm7,

    /// <summary>Up to nine heavy atoms; fetched by fff data fetch qm9.</summary>
    Qm9,
}

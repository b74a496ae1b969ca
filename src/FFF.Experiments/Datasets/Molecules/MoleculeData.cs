using System.ComponentModel.DataAnnotations;
using FFF.Datasets;
using FFF.Datasets.Molecules;
using FFF.Flows;
using FFF.Options;
using FFF.Spaces;

[assembly: Kind<DataConfig, MoleculeData>("molecules", Order = 5)]

namespace FFF.Datasets.Molecules;

/// <summary>Molecules in space: positions, elements and nuclear charges of their atoms, of any number of atoms.</summary>
public sealed record MoleculeData : DataConfig, IValidated
{
    /// <summary>About the mean number of atoms in QM9.</summary>
    private const int TypicalAtoms = 18;

    /// <summary>A data set of the literature; needed where there is no file.</summary>
    public MoleculeSource? Source { get; init; }

    /// <summary>A file of molecules, .xyz or .sdf, also compressed (.gz); relative to the configuration file that names it.</summary>
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

    /// <summary>How many molecules are used, those for validation and test included; all if left out.</summary>
    [Range(10, 100_000_000)]
    public int? Samples { get; init; }

    /// <summary>
    /// The share of the molecules that is kept for the final test. All of qm9 is split as usual
    /// instead: 100,000 to train, a tenth for the test, the rest for validation.
    /// </summary>
    [Range(0.0, 0.9)]
    public double TestFraction { get; init; } = 0.1;

    /// <inheritdoc/>
    IEnumerable<Rule> IValidated.Rules =>
    [
        Rule.Shares(nameof(ValidationFraction), nameof(TestFraction), () => (ValidationFraction, TestFraction)),
        new(HasMolecules, nameof(Source), nameof(Path)),
    ];

    /// <inheritdoc/>
    public override (Space Space, int Conditions) Outline => (new MoleculeSpace([1, 6, 7, 8, 9], [.. Enumerable.Repeat(0L, TypicalAtoms), 1]), 0);

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
        var (name, rows) = MoleculeSamples.Of(this, request.Warn);
        var split = this is { Source: MoleculeSource.Qm9, Samples: null } ? Qm9.SplitOf(rows.Count) : null;
        return new DataSource($"molecules of {name}", rows, [], [], TestFraction) { Split = split };
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

/// <summary>Sets of molecules of the literature.</summary>
public enum MoleculeSource
{
    /// <summary>Up to seven heavy atoms; contained in the program.</summary>
    Qm7,

    /// <summary>Up to nine heavy atoms; fetched by fff data fetch qm9.</summary>
    Qm9,
}

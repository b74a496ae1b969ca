using FFF.Evaluation.Molecules;
using FFF.Evaluations.Nll;
using static FFF.Formats.NumberText;

namespace FFF.Evaluations.Molecules;

/// <summary>Scores of molecules for people.</summary>
internal static class MoleculeTable
{
    public static ResultTable Of(MoleculeReport report) => new(
    [
        new NamedValues(
        [
            ("molecules", $"{Count(report.Molecules)}, of {Fixed(report.AtomsPerMolecule, 1)} atoms on average"),
            .. report.UnknownElements > 0
                ? [("other elements", $"{Count(report.UnknownElements)} hold elements whose bonds cannot be told, and count as neither stable nor valid")]
                : Array.Empty<(string, string)>(),
            ("stable molecules", $"{Percent(report.MoleculeStability)}{Reference(report.Reference?.MoleculeStability)}"),
            ("stable atoms", $"{Percent(report.AtomStability)}{Reference(report.Reference?.AtomStability)}"),
            ("valid", $"{Percent(report.Validity)} (no atom has more bonds than it can have)"),
            ("unique", report.Uniqueness is { } unique ? $"{Percent(unique)} of the valid ones" : "there is no valid one"),
            .. report.Novelty is { } novelty ? [("novel", $"{Percent(novelty)} of the unique ones are not in the reference")] : Array.Empty<(string, string)>(),
            ("valid and unique", $"{Percent(report.ValidUnique)} of all"),
            ("stable and unique", $"{Percent(report.StableUnique)} of all"),
            ("connected", $"{Percent(report.Connected)} (all atoms in one piece)"),
        ]),
        .. report.Reference is { } reference ? Comparison(reference) : [new TextLine()],
    ]);

    public static ResultTable Of(MoleculeFlowReport report) => new(
    [
        .. Of(report.Samples).Parts,
        new NamedValues(
        [
            .. report.Likelihood is { } likelihood ? Likelihood(likelihood) : [("NLL", "no molecules were held out to evaluate it on")],
            ("time", $"{Number(report.MillisecondsPerMolecule)} ms per "
                + $"molecule{(report.MillisecondsPerStableMolecule is { } time ? $", {Number(time)} ms per stable one" : "")} (sampling only, "
                + $"batches of {Count(report.Batch)}, on {report.Device})"),
            ("not finite", $"{Percent(report.NotFinite)} of the molecules drawn; they are left out"),
            ("charges", $"{Percent(report.OwnCharge)} of the atoms have the nuclear charge of their element, as generated"),
            ("checkpoint", $"{report.Checkpoint}, samples of seed {report.Seed}"),
            ("evaluation", $"{Fixed(report.Seconds, 1)} s"),
        ]),
        new TextLine(),
    ]);

    private static (string, string)[] Likelihood(NllReport report) =>
    [
        ("NLL", $"{Estimate(report.Nll, report.NllStandardError, 3)} nats, the evidence bound, by the encoder, of {Count(report.Samples)} of the "
            + $"{report.Split} molecules"),
        ("NLL, decoder", $"{Estimate(report.NllDecoder, report.NllDecoderStandardError, 3)} nats"),
        ("reconstruction", $"{Number(report.Reconstruction)} (squared, all numbers of a molecule; where it is not small, the NLL is spurious)"),
    ];

    private static TablePart[] Comparison(MoleculeComparison comparison) =>
    [
        new TextLine(),
        new TextLine(
            $"Distances from the reference's distributions ({Count(comparison.Molecules)} molecules; W₁: Wasserstein, JS: Jensen-Shannon divergence)\n"),
        new NamedValues(
            ("elements", $"JS {Fixed(comparison.AtomTypesJensenShannon, 4)} bit"),
            ("kinds of bonds", comparison.BondTypesJensenShannon is { } types ? $"JS {Fixed(types, 4)} bit" : "no bonds"),
            ("numbers of atoms", $"W₁ {Fixed(comparison.AtomCountsWasserstein, 3)}"),
            ("bond lengths", comparison.BondLengthsWasserstein is { } lengths ? $"W₁ {Fixed(lengths, 4)} Å" : "no bonds"),
            ("bond angles", comparison.BondAnglesWasserstein is { } angles ? $"W₁ {Fixed(angles, 2)}°" : "no angles")),
        .. comparison.Bonds.Count == 0 ? [] : (TablePart[])[new ColumnTable(
            [new("bond", IsText: true), new("share"), new("reference"), new("mean length, Å"), new("reference"), new("W₁, Å")],
            [.. comparison.Bonds.Select(bond => (string[])
            [
                bond.Kind, Percent(bond.Share), Percent(bond.ReferenceShare), Length(bond.MeanLength, 3), Length(bond.ReferenceMeanLength, 3),
                Length(bond.Wasserstein, 4),
            ])])],
    ];

    private static string Percent(double share) => $"{Fixed(100 * share, 2)} %";

    private static string Reference(double? share) => share is { } known ? $" (reference: {Percent(known)})" : "";

    private static string Length(double? length, int digits) => length is { } known ? Fixed(known, digits) : "";
}

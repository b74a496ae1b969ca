using FFF.Evaluation.Molecules;
using static FFF.Formats.NumberText;

namespace FFF.Evaluations.Molecules;

/// <summary>Scores of molecules for people.</summary>
internal static class MoleculeTable
{
    /// <summary>The scores of molecules.</summary>
    /// <param name="report">The scores.</param>
    /// <param name="heldOut">Those of data that were held out, beside them; null for none.</param>
    /// <param name="split">What these data are called, such as test.</param>
    public static ResultTable Of(MoleculeReport report, MoleculeReport? heldOut = null, string? split = null)
    {
        string Beside(Func<MoleculeReport, double?> score, double? reference = null, string? words = null)
        {
            string?[] notes =
            [
                words,
                reference is { } known ? $"reference: {Percent(known)}" : null,
                heldOut is not null && score(heldOut) is { } data ? $"{split} data: {Percent(data)}" : null,
            ];
            return notes.OfType<string>().ToArray() is { Length: > 0 } told ? $" ({string.Join("; ", told)})" : "";
        }

        return new(
        [
            new NamedValues(
            [
                ("molecules", $"{Count(report.Molecules)}, of {Fixed(report.AtomsPerMolecule, 1)} atoms on average"
                    + $"{(heldOut is null ? "" : $"; {Count(heldOut.Molecules)} {split} data")}"),
                .. report.UnknownElements > 0
                    ? [("other elements", $"{Count(report.UnknownElements)} hold elements whose bonds cannot be told, and count as neither stable nor valid")]
                    : Array.Empty<(string, string)>(),
                ("stable molecules", $"{Percent(report.MoleculeStability)}{Beside(r => r.MoleculeStability, report.Reference?.MoleculeStability)}"),
                ("stable atoms", $"{Percent(report.AtomStability)}{Beside(r => r.AtomStability, report.Reference?.AtomStability)}"),
                ("valid", $"{Percent(report.Validity)}{Beside(r => r.Validity, words: "no atom has more bonds than it can have")}"),
                ("unique", report.Uniqueness is { } unique ? $"{Percent(unique)} of the valid ones{Beside(r => r.Uniqueness)}" : "there is no valid one"),
                .. report.Novelty is { } novelty
                    ? [("novel", $"{Percent(novelty)} of the unique ones are not in the reference{Beside(r => r.Novelty)}")]
                    : Array.Empty<(string, string)>(),
                ("valid and unique", $"{Percent(report.ValidUnique)} of all{Beside(r => r.ValidUnique)}"),
                ("stable and unique", $"{Percent(report.StableUnique)} of all{Beside(r => r.StableUnique)}"),
                ("connected", $"{Percent(report.Connected)}{Beside(r => r.Connected, words: "all atoms in one piece")}"),
            ]),
            .. report.Reference is { } reference ? Comparison(reference, heldOut?.Reference, split) : [new TextLine()],
        ]);
    }

    public static ResultTable Of(MoleculeFlowReport report) => new(
    [
        .. Of(report.Samples, report.HeldOut, report.Split).Parts,
        new NamedValues(
        [
            .. report.OfHeldOut is { } likelihood ? Likelihood(likelihood) : [("NLL", "no molecules were held out to evaluate it on")],
            ("time", $"{Number(report.MillisecondsPerMolecule)} ms per "
                + $"molecule{(report.MillisecondsPerStableMolecule is { } time ? $", {Number(time)} ms per stable one" : "")} (sampling only, "
                + $"batches of {Count(report.Batch)}, on {report.Device})"),
            ("not finite", $"{Percent(report.NotFinite)} of the molecules drawn; they are left out"),
            ("charges", $"{Percent(report.OwnCharge)} of the atoms have the nuclear charge of their element, as generated"),
            ("checkpoint", $"{report.Checkpoint}, samples of seed {report.Seed}"),
            ("evaluation", $"{Fixed(report.Seconds, 1)} s"),
        ]),
        .. report.Yield is { } yield ? Yield(yield) : [],
        .. report.Mixed is { } mixed ? Mixed(mixed, report.Split) : [],
        new TextLine(),
    ]);

    private static (string, string)[] Likelihood(MoleculeLikelihood report) =>
    [
        ("NLL", $"{Estimate(report.All.Nll, report.All.NllStandardError, 3)} nats, the evidence bound, by the encoder, of {Count(report.All.Samples)} of the "
            + $"{report.All.Split} molecules"),
        ("NLL, decoder", $"{Estimate(report.All.NllDecoder, report.All.NllDecoderStandardError, 3)} nats"),
        .. report.Common is { } common
            ? [($"NLL without {string.Join(", ", report.Rare)}", $"{Estimate(common.Nll, common.NllStandardError, 3)} nats by the encoder, "
                + $"{Estimate(common.NllDecoder, common.NllDecoderStandardError, 3)} by the decoder, of {Count(common.Samples)}; few training molecules hold "
                + $"{(report.Rare.Count == 1 ? "it" : "them")}")]
            : Array.Empty<(string, string)>(),
        ("NLL, as in literature", $"{Estimate(report.Literature.Nll, report.Literature.NllStandardError, 3)} nats by the encoder, "
            + $"{Estimate(report.Literature.NllDecoder, report.Literature.NllDecoderStandardError, 3)} by the decoder: sizes without the pseudo-counts of "
            + $"ours"),
        ("reconstruction", $"{Number(report.All.Reconstruction)} (squared, all numbers of a molecule; where it is not small, the NLL is spurious)"),
    ];

    /// <summary>What choosing gives; apart from the scores of samples as they are drawn.</summary>
    private static TablePart[] Yield(CandidateYield yield) =>
    [
        new TextLine(),
        new TextLine($"Not the flow's samples, but the best of several draws each, by {yield.By}; {Count(yield.Samples)} molecules a row"),
        new ColumnTable(
            [new("best of"), new("stable molecules"), new("stable atoms"), new("valid"), new("one piece"), new("valid, unique"), new("ms each")],
            [.. yield.Rows.Select(row => (string[])
            [
                Count(row.Candidates), Share(row.MoleculeStability), Share(row.AtomStability), Share(row.Validity), Share(row.Connected),
                Share(row.ValidUnique), Number(row.MillisecondsPerMolecule),
            ])]),
    ];

    /// <summary>How far from draws codes are; samples are the row whose share of draws is 100 %.</summary>
    private static TablePart[] Mixed(MixedCodes mixed, string? split) =>
    [
        new TextLine(),
        new TextLine($"Codes of {Count(mixed.Molecules)} {split} molecules, mixed with draws; z² of the codes is {Fixed(mixed.PositionSquare, 2)} times "
            + $"what it is of draws for positions, {Fixed(mixed.FeatureSquare, 2)} for types and charges"),
        new ColumnTable(
            [new("latents mixed", IsText: true), new("share of draws"), new("stable molecules"), new("stable atoms"), new("valid"), new("one piece")],
            [.. mixed.Rows.Select(row => (string[])
            [
                row.Latents switch { MixedLatents.Positions => "positions", MixedLatents.Features => "types, charges", _ => "all" }, Percent(row.Share),
                Share(row.MoleculeStability), Share(row.AtomStability), Share(row.Validity), Share(row.Connected),
            ])]),
    ];

    private static TablePart[] Comparison(MoleculeComparison comparison, MoleculeComparison? heldOut, string? split)
    {
        string Distance(Func<MoleculeComparison, double?> of, Func<double, string> words, string none) =>
            of(comparison) is { } distance
                ? $"{words(distance)}{(heldOut is not null && of(heldOut) is { } data ? $" ({split} data: {words(data)})" : "")}"
                : none;

        return
        [
            new TextLine(),
            new TextLine(
                $"Distances from the reference's distributions ({Count(comparison.Molecules)} molecules; W₁: Wasserstein, JS: Jensen-Shannon divergence)"),
            new TextLine(),
            new NamedValues(
                ("elements", Distance(c => c.AtomTypesJensenShannon, d => $"JS {Fixed(d, 4)} bit", "")),
                ("kinds of bonds", Distance(c => c.BondTypesJensenShannon, d => $"JS {Fixed(d, 4)} bit", "no bonds")),
                ("numbers of atoms", Distance(c => c.AtomCountsWasserstein, d => $"W₁ {Fixed(d, 3)}", "")),
                ("bond lengths", Distance(c => c.BondLengthsWasserstein, d => $"W₁ {Fixed(d, 4)} Å", "no bonds")),
                ("bond angles", Distance(c => c.BondAnglesWasserstein, d => $"W₁ {Fixed(d, 2)}°", "no angles"))),
            .. Bonds(comparison),
        ];
    }

    private static TablePart[] Bonds(MoleculeComparison comparison) =>
        comparison.Bonds.Count == 0 ? [] : [new ColumnTable(
            [new("bond", IsText: true), new("share"), new("reference"), new("mean length, Å"), new("reference"), new("W₁, Å")],
            [.. comparison.Bonds.Select(bond => (string[])
            [
                bond.Kind, Percent(bond.Share), Percent(bond.ReferenceShare), Length(bond.MeanLength, 3), Length(bond.ReferenceMeanLength, 3),
                Length(bond.Wasserstein, 4),
            ])])];

    private static string Percent(double share) => $"{Fixed(100 * share, 2)} %";

    private static string Share(double? share) => share is { } known ? Percent(known) : "";

    private static string Length(double? length, int digits) => length is { } known ? Fixed(known, digits) : "";
}

using FFF.Evaluation.Molecules;
using FFF.Experiments;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace FFF.Cli.Rendering;

/// <summary>Scores of molecules for people.</summary>
internal static class MoleculeTables
{
    public static IRenderable Of(MoleculeReport report) => new Rows(
        Tables.Pairs(
        [
            ("molecules", $"{Words.Count(report.Molecules)}, of {Words.Fixed(report.AtomsPerMolecule, 1)} atoms on average"),
            ("stable molecules", $"{Percent(report.MoleculeStability)}{Reference(report.Reference?.MoleculeStability)}"),
            ("stable atoms", $"{Percent(report.AtomStability)}{Reference(report.Reference?.AtomStability)}"),
            ("valid", $"{Percent(report.Validity)} (no atom has more bonds than it can have)"),
            ("unique", report.Uniqueness is { } unique ? $"{Percent(unique)} of the valid ones" : "there is no valid one"),
            .. report.Novelty is { } novelty ? [("novel", $"{Percent(novelty)} of the unique ones are not in the reference")] : Array.Empty<(string, string)>(),
            ("valid and unique", $"{Percent(report.ValidUnique)} of all"),
            ("stable and unique", $"{Percent(report.StableUnique)} of all"),
            ("connected", $"{Percent(report.Connected)} (all atoms in one piece)"),
        ]),
        report.Reference is { } reference ? Comparison(reference) : Text.Empty);

    public static IRenderable Of(MoleculeFlowReport report) => new Rows(
        Of(report.Samples),
        Tables.Pairs(
        [
            .. report.Likelihood is { } likelihood ? Likelihood(likelihood) : [("NLL", "no molecules were held out to evaluate it on")],
            ("time", $"{Words.Number(report.MillisecondsPerMolecule)} ms per molecule{(report.MillisecondsPerStableMolecule is { } time ? $", {Words.Number(time)} ms per stable one" : "")} (sampling only, batches of {Words.Count(report.Batch)}, on {report.Device})"),
            ("not finite", $"{Percent(report.NotFinite)} of the molecules drawn; they are left out"),
            ("charges", $"{Percent(report.OwnCharge)} of the atoms have the nuclear charge of their element, as generated"),
            ("checkpoint", $"{report.Checkpoint}, samples of seed {report.Seed}"),
            ("evaluation", $"{Words.Fixed(report.Seconds, 1)} s"),
        ]),
        Text.Empty);

    private static (string, string)[] Likelihood(NllReport report) =>
    [
        ("NLL", $"{Words.Fixed(report.Nll, 3)} ± {Words.Fixed(report.NllStandardError, 3)} nats, the evidence bound, by the encoder, of {Words.Count(report.Samples)} of the {report.Split} molecules"),
        ("NLL, decoder", $"{Words.Fixed(report.NllDecoder, 3)} ± {Words.Fixed(report.NllDecoderStandardError, 3)} nats"),
        ("reconstruction", $"{Words.Number(report.Reconstruction)} (squared, all numbers of a molecule; where it is not small, the NLL is spurious)"),
    ];

    private static Rows Comparison(MoleculeComparison comparison)
    {
        var table = Tables.Create(
            ("bond", Justify.Left), ("share", Justify.Right), ("reference", Justify.Right), ("mean length, Å", Justify.Right), ("reference", Justify.Right), ("W₁, Å", Justify.Right));
        foreach (var bond in comparison.Bonds)
        {
            table.Row(
                bond.Kind, Percent(bond.Share), Percent(bond.ReferenceShare), Length(bond.MeanLength, 3), Length(bond.ReferenceMeanLength, 3), Length(bond.Wasserstein, 4));
        }

        return new Rows(
            Text.Empty,
            new Text($"Distances from the reference's distributions ({Words.Count(comparison.Molecules)} molecules; W₁: Wasserstein, JS: Jensen-Shannon divergence)\n"),
            Tables.Pairs(
            [
                ("elements", $"JS {Words.Fixed(comparison.AtomTypesJensenShannon, 4)} bit"),
                ("kinds of bonds", comparison.BondTypesJensenShannon is { } types ? $"JS {Words.Fixed(types, 4)} bit" : "no bonds"),
                ("numbers of atoms", $"W₁ {Words.Fixed(comparison.AtomCountsWasserstein, 3)}"),
                ("bond lengths", comparison.BondLengthsWasserstein is { } lengths ? $"W₁ {Words.Fixed(lengths, 4)} Å" : "no bonds"),
                ("bond angles", comparison.BondAnglesWasserstein is { } angles ? $"W₁ {Words.Fixed(angles, 2)}°" : "no angles"),
            ]),
            table);
    }

    private static string Percent(double share) => $"{Words.Fixed(100 * share, 2)} %";

    private static string Reference(double? share) => share is { } known ? $" (reference: {Percent(known)})" : "";

    private static string Length(double? length, int digits) => length is { } known ? Words.Fixed(known, digits) : "";
}

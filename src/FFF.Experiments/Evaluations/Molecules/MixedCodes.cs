using System.Text.Json.Serialization;
using FFF.Datasets.Molecules;
using FFF.Evaluation.Molecules;
using FFF.Flows.Molecules;
using FFF.Randomness;
using FFF.Spaces;
using static TorchSharp.torch;
using SamplingProgress = FFF.Datasets.Particles.SamplingProgress;

namespace FFF.Evaluations.Molecules;

/// <summary>
/// What tells codes of held-out molecules from draws of the latent density: molecules g(√(1 − e²) f(x) + e ε) with ε of the density, for
/// shares e from 0, the reconstruction, to 1, samples. Were codes distributed as the density, so would all mixtures be, and each row alike.
/// </summary>
/// <param name="Molecules">How many held-out molecules each row is of.</param>
/// <param name="PositionSquare">Of the codes' positions the mean of z² over its expectation under the density.</param>
/// <param name="FeatureSquare">The same of the codes' features, which are what types and charges are decoded from.</param>
/// <param name="Rows">By the share, of all latents; then of positions and of features alone.</param>
internal sealed record MixedCodes(int Molecules, double PositionSquare, double FeatureSquare, IReadOnlyList<MixedCodesRow> Rows)
{
    /// <summary>At least so many codes can be mixed.</summary>
    public const int Fewest = 2;

    private static readonly (MixedLatents Latents, double Share)[] Mixtures =
    [
        (MixedLatents.All, 0), (MixedLatents.All, 0.1), (MixedLatents.All, 0.2), (MixedLatents.All, 0.3), (MixedLatents.All, 0.5), (MixedLatents.All, 1),
        (MixedLatents.Positions, 1), (MixedLatents.Features, 1),
    ];

    /// <summary>Mixes the codes of the first molecules that were held out.</summary>
    /// <param name="flow">A flow of molecules.</param>
    /// <param name="heldOut">The molecules.</param>
    /// <param name="seed">Of the draws, the same in all rows.</param>
    /// <param name="progress">Told after each row.</param>
    /// <param name="stop">Asks to stop before the next row, with an <see cref="OperationCanceledException"/>.</param>
    public static MixedCodes Of(DensityModel flow, Samples heldOut, long seed, IProgress<SamplingProgress>? progress, CancellationToken stop)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        using var random = NamedSeed.Stream(seed, "molecules/mixed-codes");
        var space = (MoleculeSpace)flow.Space;
        var codes = flow.Encode(heldOut);
        var sizes = MoleculeRows.Sizes(codes, space.Nodes.Width).to(int64);
        var draws = ((MoleculeFlow)flow.Flow).AtomCounts.Sample(sizes, (int)codes.shape[1], random);
        var isPosition = arange(codes.shape[1]).remainder(space.Nodes.Width).lt(MoleculeSpace.Axes);
        var rows = new List<MixedCodesRow>();
        foreach (var (latents, share) in Mixtures)
        {
            stop.ThrowIfCancellationRequested();
            using var row = NewDisposeScope();
            var mixed = (Math.Sqrt(1 - (share * share)) * codes) + (share * draws);
            var z = latents switch
            {
                MixedLatents.Positions => mixed.where(isPosition, codes),
                MixedLatents.Features => codes.where(isPosition, mixed),
                _ => mixed,
            };
            rows.Add(MixedCodesRow.Of(latents, share, [.. MoleculeSamples.Read(flow.Decode(z, heldOut.Condition), space).OfType<Molecule>()]));
            progress?.Report(new("mixed codes", (double)rows.Count / Mixtures.Length));
        }

        // Positions are without their mean, in N − 1 of N dimensions.
        var squares = codes.square().nan_to_num(0).to(float64);
        var ofPositions = (squares * isPosition).sum().item<double>();
        var positions = MoleculeSpace.Axes * (sizes - 1).sum().item<long>();
        var features = (space.Nodes.Width - MoleculeSpace.Axes) * sizes.sum().item<long>();
        return new((int)heldOut.Count, ofPositions / positions, (squares.sum().item<double>() - ofPositions) / features, rows);
    }
}

/// <summary>Which latents are mixed with draws; the others stay codes.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MixedLatents>))]
internal enum MixedLatents
{
    /// <summary>All.</summary>
    [JsonStringEnumMemberName("all")]
    All,

    /// <summary>Those of positions.</summary>
    [JsonStringEnumMemberName("positions")]
    Positions,

    /// <summary>Those of types and charges.</summary>
    [JsonStringEnumMemberName("features")]
    Features,
}

/// <summary>Molecules that are decoded from mixtures.</summary>
/// <param name="Latents">Which latents are mixed.</param>
/// <param name="Share">e.</param>
/// <param name="MoleculeStability">The share of stable molecules; null where none is finite.</param>
/// <param name="AtomStability">The share of stable atoms.</param>
/// <param name="Validity">The share of valid molecules.</param>
/// <param name="Connected">The share of molecules in one piece.</param>
internal sealed record MixedCodesRow(
    MixedLatents Latents, double Share, double? MoleculeStability, double? AtomStability, double? Validity, double? Connected)
{
    /// <summary>Scores molecules.</summary>
    public static MixedCodesRow Of(MixedLatents latents, double share, IReadOnlyCollection<Molecule> molecules)
    {
        var report = MoleculeEvaluation.OfAny(molecules);
        return new(latents, share, report?.MoleculeStability, report?.AtomStability, report?.Validity, report?.Connected);
    }
}

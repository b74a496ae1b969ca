using System.Diagnostics;
using FFF.Datasets.Molecules;
using FFF.Errors;
using FFF.Evaluation.Molecules;
using FFF.Flows.Molecules;
using FFF.Randomness;
using FFF.Spaces;
using static TorchSharp.torch;
using SamplingProgress = FFF.Datasets.Particles.SamplingProgress;

namespace FFF.Sampling;

/// <summary>Which molecules are to be drawn from a flow.</summary>
public sealed record MoleculeRequest
{
    /// <summary>Fewer atoms have no geometry.</summary>
    public const int MinAtoms = 2;

    /// <summary>As many as the formats for files of molecules can hold.</summary>
    public const int MaxAtoms = 999;

    private const long SparedDraws = 10_000;
    private const long DrawsPerStableMolecule = 100;

    /// <summary>How many.</summary>
    public required int Count { get; init; }

    /// <summary>The same seed draws the same molecules on the same kind of device.</summary>
    public required long Seed { get; init; }

    /// <summary>N of all of them; the distribution of the training molecules if left out.</summary>
    public int? Atoms { get; init; }

    /// <summary>T: latents are scaled by √T.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Whether those that are not stable are rejected, and others drawn in their place.</summary>
    public bool Stable { get; init; }

    /// <summary>At most so many are drawn to find enough stable ones: 10,000, and 100 for each that is wanted.</summary>
    public long MaxDraws => SparedDraws + DrawsPerStableMolecule * Count;
}

/// <summary>Molecules that were drawn.</summary>
/// <param name="Molecules">Those that are kept: with finite coordinates, and stable if that was asked for.</param>
/// <param name="Drawn">How many were drawn for them.</param>
/// <param name="NotFinite">How many of those have a number that is not finite.</param>
/// <param name="Stable">How many of those are stable; null if that was not asked for.</param>
/// <param name="OwnCharge">
/// The share of atoms, in molecules with finite numbers, whose generated charge is the nuclear charge of the element of their type.
/// </param>
/// <param name="Seconds">The time for latents and decoder, without anything that comes after.</param>
/// <param name="Batch">At most so many were decoded at once.</param>
public sealed record SampledMolecules(IReadOnlyList<Molecule> Molecules, long Drawn, long NotFinite, long? Stable, double OwnCharge, double Seconds, int Batch)
{
    /// <summary>The share of molecules drawn that are stable; null if that was not asked for.</summary>
    public double? StableShare => (double?)Stable / Drawn;

    /// <summary>The time for each that was drawn.</summary>
    public double MillisecondsPerMolecule => 1000 * Seconds / Drawn;
}

/// <summary>The molecules that were asked for cannot be drawn; the message says why, and what to do.</summary>
public sealed class MoleculeSamplingException(string message) : InputException(message);

/// <summary>Draws molecules: x = g(z), rounded, with z of the latent density.</summary>
public static class MoleculeSampling
{
    // In edges of the graphs, as each pair of atoms is one. Molecules of one size are decoded together, a tenth of a block or less.
    private static readonly StreamBlock Block = new(1 << 18, 1 << 21);

    // Of a first batch few may be needed; the others would be drawn for nothing.
    private const long DrawsAheadPerStable = 8;

    /// <summary>Molecules that are drawn and decoded at once.</summary>
    /// <param name="shape">What there is to know of them.</param>
    /// <param name="atoms">N of all of them; null for the training molecules' distribution.</param>
    /// <param name="device">Where the flow lives.</param>
    public static int Batch(MoleculeSpace shape, int? atoms, Device device)
    {
        long most = atoms ?? shape.MaxAtoms;
        return Block.Rows(device, most * most);
    }

    /// <summary>Draws molecules, batch by batch.</summary>
    /// <param name="flow">A flow of molecules.</param>
    /// <param name="request">Which ones.</param>
    /// <param name="progress">Told after each batch.</param>
    /// <param name="stop">Asks to stop before the next batch, with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentException">The flow is none of molecules.</exception>
    /// <exception cref="MoleculeSamplingException">No molecule is finite, or too few are stable.</exception>
    public static SampledMolecules Draw(DensityModel flow, MoleculeRequest request, IProgress<SamplingProgress>? progress = null,
        CancellationToken stop = default)
    {
        var shape = flow.Space as MoleculeSpace ?? throw new ArgumentException("The flow is none of molecules.", nameof(flow));
        var batch = Batch(shape, request.Atoms, flow.Device);
        var (kept, sum) = (new List<Molecule>(), new Tally());
        while (kept.Count < request.Count && sum.Drawn < (request.Stable ? request.MaxDraws : request.Count))
        {
            stop.ThrowIfCancellationRequested();
            var rows = request.Stable
                ? Math.Min(DrawsAheadPerStable * (request.Count - kept.Count), request.MaxDraws - sum.Drawn)
                : request.Count - sum.Drawn;
            var drawn = Next(flow, shape, request, Math.Min(batch, rows), sum);
            kept.AddRange(request.Stable ? Stable(drawn, sum) : drawn);
            progress?.Report(new("molecules",
                Math.Min(1, Math.Max((double)kept.Count / request.Count, (double)sum.Drawn / (request.Stable ? request.MaxDraws : request.Count)))));
        }

        Check(request, kept.Count, sum);
        return new(
            [.. kept.Take(request.Count)], sum.Drawn, sum.NotFinite, request.Stable ? sum.Stable : null, (double)sum.OwnCharges / sum.Atoms, sum.Seconds,
            (int)sum.LargestBatch);
    }

    private static void Check(MoleculeRequest request, int kept, Tally sum)
    {
        if (sum.NotFinite == sum.Drawn)
        {
            throw new MoleculeSamplingException($"None of {sum.Drawn} molecules that were drawn has finite coordinates. Training has diverged: "
                + "lower training.optimizer.learning_rate and train again.");
        }

        if (request.Stable && kept < request.Count)
        {
            throw new MoleculeSamplingException(FormattableString.Invariant(
                $"Only {kept} of {sum.Drawn} molecules that were drawn are stable, but {request.Count} are wanted, for which no more are drawn. ")
                + "Train longer, ask for fewer, or take those that are not stable too.");
        }
    }

    private static IEnumerable<Molecule> Stable(IReadOnlyList<Molecule> molecules, Tally sum)
    {
        Molecule[] stable = [.. molecules.Where(molecule => Stability.Of(MolecularGraph.Of(molecule)).IsStable)];
        sum.Stable += stable.Length;
        return stable;
    }

    private static IReadOnlyList<Molecule> Next(DensityModel flow, MoleculeSpace shape, MoleculeRequest request, long rows, Tally sum)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var clock = Stopwatch.StartNew();
        var z = Latents(flow, shape, request, rows, sum.Drawn) * Math.Sqrt(request.Temperature);
        var x = flow.Flow.Decode(z, flow.Settings.ForEvaluation(null, z)).cpu();
        sum.Seconds += clock.Elapsed.TotalSeconds;

        // Whatever is not finite in x would be taken for the end of a smaller molecule: the latents tell how many numbers there must be.
        var numbers = (MoleculeRows.Sizes(z, shape.Nodes.Width) * MoleculeSpace.DataWidth).cpu();
        var finite = x.isfinite().sum(-1).eq(numbers).nonzero().squeeze(1);
        var atoms = x.index_select(0, finite);
        sum.Drawn += rows;
        sum.LargestBatch = Math.Max(sum.LargestBatch, rows);
        sum.NotFinite += rows - finite.shape[0];
        CountCharges(atoms, shape, sum);
        return [.. MoleculeSamples.Read(atoms, shape).OfType<Molecule>()];
    }

    private static Tensor Latents(DensityModel flow, MoleculeSpace shape, MoleculeRequest request, long rows, long first)
    {
        using var random = NamedSeed.Stream(request.Seed, "molecules", first);
        var latent = ((MoleculeFlow)flow.Flow).AtomCounts;
        return request.Atoms is { } atoms
            ? latent.Sample(full(rows, (long)atoms, dtype: int64), atoms * shape.Nodes.Width, random).to(flow.Device)
            : latent.Sample(rows, flow.Dimension, random).to(flow.Device);
    }

    private static void CountCharges(Tensor rows, MoleculeSpace shape, Tally sum)
    {
        var atoms = rows.view(-1, MoleculeSpace.DataWidth);
        var (types, charges) = (atoms.select(1, MoleculeSpace.Axes), atoms.select(1, MoleculeSpace.Axes + 1));
        var expected = tensor(shape.AtomicNumbers.ToArray(), int64).index_select(0, types.nan_to_num(0).to(int64));
        sum.Atoms += types.isfinite().sum().item<long>();
        sum.OwnCharges += charges.eq(expected).sum().item<long>();
    }

    /// <summary>What was counted so far.</summary>
    private sealed class Tally
    {
        public long Drawn { get; set; }

        public long NotFinite { get; set; }

        public long Stable { get; set; }

        public long Atoms { get; set; }

        public long OwnCharges { get; set; }

        public long LargestBatch { get; set; }

        public double Seconds { get; set; }
    }
}

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

    /// <summary>What they are conditioned on; null where the flow has no conditions.</summary>
    public MoleculeConditions? Conditions { get; init; }

    /// <summary>T: latents are scaled by √T.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Whether those that are not stable are rejected, and others drawn in their place.</summary>
    public bool Stable { get; init; }

    /// <summary>Whether each is the best of several of its size; all are taken as they are drawn if null.</summary>
    public CandidateChoice? Choice { get; init; }

    /// <summary>How many are drawn for each.</summary>
    internal int Each => Choice?.Candidates ?? 1;

    /// <summary>At most so many are drawn to find enough stable ones: 10,000, and 100 for each that is wanted.</summary>
    public long MaxDraws => SparedDraws + DrawsPerStableMolecule * Count;
}

/// <summary>Molecules that were drawn.</summary>
/// <param name="Molecules">Those that are kept: with finite coordinates, and stable if that was asked for.</param>
/// <param name="Drawn">How many were drawn for them.</param>
/// <param name="NotFinite">How many of those have a number that is not finite.</param>
/// <param name="Stable">How many of the samples are stable; null if that was not asked for.</param>
/// <param name="OwnCharge">
/// The share of atoms, in molecules with finite numbers, whose generated charge is the nuclear charge of the element of their type.
/// </param>
/// <param name="Seconds">The time for latents and decoder, and where the best of several is kept for what they are known by; nothing that comes after.</param>
/// <param name="Batch">At most so many were decoded at once.</param>
public sealed record SampledMolecules(IReadOnlyList<Molecule> Molecules, long Drawn, long NotFinite, long? Stable, double OwnCharge, double Seconds, int Batch)
{
    /// <summary>For how many samples they were drawn: as many as were drawn, unless each is the best of several.</summary>
    public long Tried { get; init; } = Drawn;

    /// <summary>The share of samples that are stable, those thrown away included; null if that was not asked for.</summary>
    public double? StableShare => (double?)Stable / Tried;

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
    /// <exception cref="ArgumentException">The flow is none of molecules, or the conditions are not those that it was trained with.</exception>
    /// <exception cref="MoleculeSamplingException">No molecule is finite, or too few are stable.</exception>
    public static SampledMolecules Draw(DensityModel flow, MoleculeRequest request, IProgress<SamplingProgress>? progress = null,
        CancellationToken stop = default)
    {
        var shape = flow.Space as MoleculeSpace ?? throw new ArgumentException("The flow is none of molecules.", nameof(flow));
        request.Choice?.RequireFits(flow.Flow);
        var batch = Math.Max(1, Batch(shape, request.Atoms, flow.Device) / request.Each);
        var (kept, sum) = (new List<Molecule>(), new Tally());
        while (kept.Count < request.Count && sum.Tried < (request.Stable ? request.MaxDraws : request.Count))
        {
            stop.ThrowIfCancellationRequested();
            var rows = request.Stable
                ? Math.Min(DrawsAheadPerStable * (request.Count - kept.Count), request.MaxDraws - sum.Tried)
                : request.Count - sum.Tried;
            var drawn = Next(flow, shape, request, Math.Min(batch, rows), sum).Best(request.Each);
            kept.AddRange(request.Stable ? Stable(drawn, sum) : drawn);
            progress?.Report(new("molecules",
                Math.Min(1, Math.Max((double)kept.Count / request.Count, (double)sum.Tried / (request.Stable ? request.MaxDraws : request.Count)))));
        }

        Check(request, kept.Count, sum);
        return new(
            [.. kept.Take(request.Count)], sum.Drawn, sum.NotFinite, request.Stable ? sum.Stable : null, (double)sum.OwnCharges / sum.Atoms, sum.Seconds,
            (int)sum.LargestBatch)
        {
            Tried = sum.Tried,
        };
    }

    /// <summary>Draws candidates, and keeps all of them.</summary>
    /// <param name="flow">A flow of molecules.</param>
    /// <param name="request">How many samples, and of how many candidates the best would be chosen.</param>
    /// <param name="progress">Told after each batch.</param>
    /// <param name="stop">Asks to stop before the next batch, with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The candidates, batch by batch; the time to draw one, and to tell how good it is.</returns>
    internal static (IReadOnlyList<MoleculeCandidates> Batches, double DrawSeconds, double ScoreSeconds) Candidates(
        DensityModel flow, MoleculeRequest request, IProgress<SamplingProgress>? progress, CancellationToken stop)
    {
        var shape = (MoleculeSpace)flow.Space;
        request.Choice?.RequireFits(flow.Flow);
        var batch = Math.Max(1, Batch(shape, request.Atoms, flow.Device) / request.Each);
        var (batches, sum) = (new List<MoleculeCandidates>(), new Tally());
        while (sum.Tried < request.Count)
        {
            stop.ThrowIfCancellationRequested();
            batches.Add(Next(flow, shape, request, Math.Min(batch, request.Count - sum.Tried), sum));
            progress?.Report(new("candidates", (double)sum.Tried / request.Count));
        }

        return (batches, (sum.Seconds - sum.ScoreSeconds) / sum.Drawn, sum.ScoreSeconds / sum.Drawn);
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
                $"Only {kept} of {sum.Tried} molecules that were drawn are stable, but {request.Count} are wanted, for which no more are drawn. ")
                + "Train longer, ask for fewer, or take those that are not stable too.");
        }
    }

    private static IEnumerable<Molecule> Stable(IEnumerable<Molecule> molecules, Tally sum)
    {
        Molecule[] stable = [.. molecules.Where(molecule => Stability.Of(MolecularGraph.Of(molecule)).IsStable)];
        sum.Stable += stable.Length;
        return stable;
    }

    private static MoleculeCandidates Next(DensityModel flow, MoleculeSpace shape, MoleculeRequest request, long samples, Tally sum)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var clock = Stopwatch.StartNew();
        var (latents, conditions) = Latents(flow, shape, request, samples, sum.Tried);
        var z = latents * Math.Sqrt(request.Temperature);
        var x = flow.Flow.Decode(z, flow.Told(conditions, z)).cpu();
        sum.Seconds += clock.Elapsed.TotalSeconds;

        // Whatever is not finite in x would be taken for the end of a smaller molecule: the latents tell how many numbers there must be.
        var numbers = (MoleculeRows.Sizes(z, shape.Nodes.Width) * MoleculeSpace.DataWidth).cpu();
        var finite = x.isfinite().sum(-1).eq(numbers).nonzero().squeeze(1);
        var atoms = x.index_select(0, finite);
        sum.Tried += samples;
        sum.Drawn += z.shape[0];
        sum.LargestBatch = Math.Max(sum.LargestBatch, z.shape[0]);
        sum.NotFinite += z.shape[0] - finite.shape[0];
        CountCharges(atoms, shape, sum);
        var (molecules, scores) = (new Molecule?[z.shape[0]], request.Choice is null ? [] : new double[z.shape[0]]);
        var places = finite.data<long>().ToArray();
        foreach (var (place, molecule) in places.Zip(MoleculeSamples.Read(atoms, shape)))
        {
            molecules[place] = molecule;
        }

        if (request.Choice is { } choice && places.Length > 0)
        {
            clock.Restart();
            foreach (var (place, score) in places.Zip(Scores(flow, choice, new Samples(atoms, conditions?.index_select(0, finite)))))
            {
                scores[place] = score;
            }

            sum.Seconds += clock.Elapsed.TotalSeconds;
            sum.ScoreSeconds += clock.Elapsed.TotalSeconds;
        }

        return new(request.Each, molecules, scores);
    }

    /// <summary>How good molecules are, larger is better; as they are given out, with types and charges that are rounded.</summary>
    private static double[] Scores(DensityModel flow, CandidateChoice choice, Samples rows)
    {
        var score = choice.By == CandidateCriterion.Density ? flow.LogLikelihood(rows).Decoder : -flow.Reconstruction(rows);
        return score.data<double>().ToArray();
    }

    /// <summary>Latents, [samples·k, D], and conditions in their own units, [samples·k, C]; candidates of one sample share theirs, and their size.</summary>
    private static (Tensor Latents, Tensor? Conditions) Latents(
        DensityModel flow, MoleculeSpace shape, MoleculeRequest request, long samples, long first)
    {
        using var random = NamedSeed.Stream(request.Seed, "molecules", first);
        var latent = ((MoleculeFlow)flow.Flow).AtomCounts;
        var given = request.Conditions?.Draw(samples, request.Atoms, latent, random);
        var sizes = given?.Sizes ?? MoleculeConditions.Sizes(samples, request.Atoms, latent, random);
        var z = latent.Sample(sizes.repeat_interleave(request.Each, 0), (request.Atoms * shape.Nodes.Width) ?? flow.Dimension, random).to(flow.Device);
        return (z, given?.Conditions.repeat_interleave(request.Each, 0));
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
        public long Tried { get; set; }

        public long Drawn { get; set; }

        public long NotFinite { get; set; }

        public long Stable { get; set; }

        public long Atoms { get; set; }

        public long OwnCharges { get; set; }

        public long LargestBatch { get; set; }

        public double Seconds { get; set; }

        public double ScoreSeconds { get; set; }
    }
}

using FFF.Evaluation.Molecules;
using FFF.Sampling;
using FFF.Spaces;
using SamplingProgress = FFF.Datasets.Particles.SamplingProgress;

namespace FFF.Evaluations.Molecules;

/// <summary>What choosing the best of several molecules gives, by how many they are.</summary>
/// <param name="By">What the best is known by.</param>
/// <param name="Samples">How many samples each row is of.</param>
/// <param name="Rows">By 1, 2, 4 and so on candidates; the same draws, of which later rows see more.</param>
internal sealed record CandidateYield(string By, int Samples, IReadOnlyList<CandidateYieldRow> Rows)
{
    /// <summary>Draws candidates: as many in all as molecules were asked for, if these are enough for a sample.</summary>
    /// <param name="flow">A flow of molecules.</param>
    /// <param name="request">How many are asked for.</param>
    /// <param name="choice">Of how many the best is chosen at most.</param>
    /// <param name="progress">Told after each batch.</param>
    /// <param name="stop">Asks to stop before the next batch, with an <see cref="OperationCanceledException"/>.</param>
    public static CandidateYield Of(
        DensityModel flow, MoleculeRequest request, CandidateChoice choice, IProgress<SamplingProgress>? progress, CancellationToken stop)
    {
        var samples = Math.Max(1, request.Count / choice.Candidates);
        var (batches, draw, score) = MoleculeSampling.Candidates(flow, request with { Count = samples, Choice = choice }, progress, stop);
        return new(choice.By.ToString().ToLowerInvariant(), samples,
            [.. Numbers(choice.Candidates).Select(among => CandidateYieldRow.Of(among, [.. batches.SelectMany(batch => batch.Best(among))],
                among * (draw + (among == 1 ? 0 : score))))]);
    }

    private static IEnumerable<int> Numbers(int most)
    {
        for (var among = 1; among < most; among *= 2)
        {
            yield return among;
        }

        yield return most;
    }
}

/// <summary>Molecules that are the best of several.</summary>
/// <param name="Candidates">Of how many.</param>
/// <param name="MoleculeStability">The share of stable molecules; null where none was finite.</param>
/// <param name="AtomStability">The share of stable atoms.</param>
/// <param name="Validity">The share of valid molecules.</param>
/// <param name="Connected">The share of molecules in one piece.</param>
/// <param name="ValidUnique">How many different valid ones there are, as a share of all.</param>
/// <param name="MillisecondsPerMolecule">The time for one that is kept: for all of its candidates, and to choose among them.</param>
internal sealed record CandidateYieldRow(
    int Candidates, double? MoleculeStability, double? AtomStability, double? Validity, double? Connected, double? ValidUnique, double MillisecondsPerMolecule)
{
    /// <summary>Scores those that were chosen.</summary>
    /// <param name="candidates">Of how many each.</param>
    /// <param name="molecules">They.</param>
    /// <param name="seconds">The time for each.</param>
    public static CandidateYieldRow Of(int candidates, IReadOnlyCollection<Molecule> molecules, double seconds)
    {
        var report = MoleculeEvaluation.OfAny(molecules);
        return new(candidates, report?.MoleculeStability, report?.AtomStability, report?.Validity, report?.Connected, report?.ValidUnique, 1000 * seconds);
    }
}

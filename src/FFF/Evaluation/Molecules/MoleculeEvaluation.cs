using FFF.Spaces;

namespace FFF.Evaluation.Molecules;

/// <summary>Scores molecules: stability, validity, uniqueness, novelty, and the distances of distributions from a reference's.</summary>
public static class MoleculeEvaluation
{
    private const double ListedShare = 0.01;

    /// <summary>Scores molecules.</summary>
    /// <param name="molecules">The molecules, at least one.</param>
    /// <param name="reference">What they are compared with, such as the training set; null for nothing.</param>
    /// <exception cref="ArgumentException">There is no molecule, or none in the reference.</exception>
    public static MoleculeReport Of(IReadOnlyCollection<Molecule> molecules, IReadOnlyCollection<Molecule>? reference = null) =>
        Of(molecules, reference is null ? null : MoleculeFindings.Of(reference));

    /// <summary>Scores molecules by themselves, of which there may be none, as where none is finite; then null.</summary>
    internal static MoleculeReport? OfAny(IReadOnlyCollection<Molecule> molecules) => molecules.Count == 0 ? null : Of(molecules);

    /// <summary>Scores molecules.</summary>
    /// <param name="molecules">The molecules, at least one.</param>
    /// <param name="known">What is found in the reference; null for none.</param>
    /// <exception cref="ArgumentException">There is no molecule.</exception>
    internal static MoleculeReport Of(IReadOnlyCollection<Molecule> molecules, MoleculeFindings? known)
    {
        var found = MoleculeFindings.Of(molecules);
        var novel = known is null || found.Valid.Count == 0
            ? null
            : (double?)found.Distinct.Count(identity => !known.Distinct.Contains(identity)) / found.Distinct.Count;
        return new MoleculeReport(
            found.Count,
            found.MoleculeStability,
            found.AtomStability,
            (double)found.Valid.Count / found.Count,
            found.Valid.Count == 0 ? null : (double)found.Distinct.Count / found.Valid.Count,
            novel,
            (double)found.Connected / found.Count,
            (double)found.Distinct.Count / found.Count,
            (double)found.DistinctStable.Count / found.Count,
            found.Statistics.AtomCounts.Average(),
            known is null ? null : Compare(found, known))
        {
            UnknownElements = molecules.Count(molecule => !molecule.Elements.All(Valences.IsKnown)),
        };
    }

    private static MoleculeComparison Compare(MoleculeFindings found, MoleculeFindings known)
    {
        var (mine, theirs) = (found.Statistics, known.Statistics);
        var (counts, referenceCounts) = (Counts(mine), Counts(theirs));
        var (total, referenceTotal) = (counts.Values.Sum(), referenceCounts.Values.Sum());
        return new MoleculeComparison(
            known.Count,
            known.MoleculeStability,
            known.AtomStability,
            JensenShannon.Divergence(mine.Elements, theirs.Elements)!.Value,
            JensenShannon.Divergence(counts, referenceCounts),
            Wasserstein.Distance(mine.AtomCounts, theirs.AtomCounts)!.Value,
            Wasserstein.Distance([.. mine.BondLengths.Values.SelectMany(lengths => lengths)], [.. theirs.BondLengths.Values.SelectMany(lengths => lengths)]),
            Wasserstein.Distance(mine.BondAngles, theirs.BondAngles),
            [.. counts.Keys.Union(referenceCounts.Keys)
                .Where(kind => Share(counts, kind, total) >= ListedShare || Share(referenceCounts, kind, referenceTotal) >= ListedShare)
                .OrderByDescending(kind => Share(referenceCounts, kind, referenceTotal)).ThenByDescending(kind => Share(counts, kind, total))
                .ThenBy(kind => (kind.First, kind.Second, kind.Order))
                .Select(kind => Compare(kind, Share(counts, kind, total), Share(referenceCounts, kind, referenceTotal), Lengths(mine, kind),
                    Lengths(theirs, kind)))]);
    }

    private static BondComparison Compare(BondKind kind, double share, double referenceShare, IReadOnlyList<double> lengths, IReadOnlyList<double> reference) =>
        new(
            kind.ToString(),
            share,
            referenceShare,
            lengths.Count == 0 ? null : lengths.Average(),
            reference.Count == 0 ? null : reference.Average(),
            Wasserstein.Distance(lengths, reference));

    private static Dictionary<BondKind, long> Counts(MoleculeStatistics statistics) =>
        statistics.BondLengths.ToDictionary(kind => kind.Key, kind => (long)kind.Value.Count);

    private static double Share(Dictionary<BondKind, long> counts, BondKind kind, long total) =>
        total == 0 ? 0 : (double)counts.GetValueOrDefault(kind) / total;

    private static IReadOnlyList<double> Lengths(MoleculeStatistics statistics, BondKind kind) =>
        statistics.BondLengths.TryGetValue(kind, out var lengths) ? lengths : [];
}

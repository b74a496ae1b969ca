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
    public static MoleculeReport Of(IReadOnlyCollection<Molecule> molecules, IReadOnlyCollection<Molecule>? reference = null)
    {
        var found = Findings.Of(molecules);
        var known = reference is null ? null : Findings.Of(reference);
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

    private static MoleculeComparison Compare(Findings found, Findings known)
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

    /// <summary>What is found in one set of molecules.</summary>
    /// <param name="Count">How many molecules there are.</param>
    /// <param name="MoleculeStability">The share of stable molecules.</param>
    /// <param name="AtomStability">The share of stable atoms.</param>
    /// <param name="Connected">How many are connected.</param>
    /// <param name="Valid">What the valid ones are told apart by.</param>
    /// <param name="Distinct">The same, each once.</param>
    /// <param name="DistinctStable">What the stable ones are told apart by, each once.</param>
    /// <param name="Statistics">What is measured in all.</param>
    private sealed record Findings(
        int Count, double MoleculeStability, double AtomStability, int Connected, List<string> Valid, HashSet<string> Distinct, HashSet<string> DistinctStable,
        MoleculeStatistics Statistics)
    {
        public static Findings Of(IReadOnlyCollection<Molecule> molecules)
        {
            if (molecules.Count == 0)
            {
                throw new ArgumentException("There are no molecules to score.");
            }

            (Molecule Molecule, MolecularGraph Graph)[] all = [.. molecules.Select(molecule => (molecule, MolecularGraph.Of(molecule)))];
            var (valid, stable) = (new List<string>(), new HashSet<string>());
            var (stableMolecules, stableAtoms, atoms, connected) = (0, 0L, 0L, 0);
            foreach (var (_, graph) in all)
            {
                var stability = Stability.Of(graph);
                stableAtoms += stability.StableAtoms;
                atoms += stability.Atoms;
                connected += graph.Fragments().Count == 1 ? 1 : 0;
                var (isStable, isValid) = (stability.IsStable, Validity.IsValid(graph));
                if (!isStable && !isValid)
                {
                    continue;
                }

                var identity = Validity.Identity(graph);
                if (isStable)
                {
                    stableMolecules++;
                    stable.Add(identity);
                }

                if (isValid)
                {
                    valid.Add(identity);
                }
            }

            return new(
                all.Length, (double)stableMolecules / all.Length, (double)stableAtoms / atoms, connected, valid, [.. valid], stable,
                MoleculeStatistics.Of(all));
        }
    }
}

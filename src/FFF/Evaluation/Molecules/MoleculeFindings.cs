using FFF.Spaces;

namespace FFF.Evaluation.Molecules;

/// <summary>What is found in one set of molecules.</summary>
/// <param name="Count">How many molecules there are.</param>
/// <param name="MoleculeStability">The share of stable molecules.</param>
/// <param name="AtomStability">The share of stable atoms.</param>
/// <param name="Connected">How many are connected.</param>
/// <param name="Valid">What the valid ones are told apart by.</param>
/// <param name="Distinct">The same, each once.</param>
/// <param name="DistinctStable">What the stable ones are told apart by, each once.</param>
/// <param name="Statistics">What is measured in all.</param>
internal sealed record MoleculeFindings(
    int Count, double MoleculeStability, double AtomStability, int Connected, List<string> Valid, HashSet<string> Distinct, HashSet<string> DistinctStable,
    MoleculeStatistics Statistics)
{
    /// <summary>Examines molecules.</summary>
    /// <exception cref="ArgumentException">There are none.</exception>
    public static MoleculeFindings Of(IReadOnlyCollection<Molecule> molecules)
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

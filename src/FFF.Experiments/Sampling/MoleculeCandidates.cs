using FFF.Spaces;

namespace FFF.Sampling;

/// <summary>Molecules that were drawn, as many for each sample; of one size each.</summary>
/// <param name="Each">k.</param>
/// <param name="Molecules">The candidates of one sample after those of another; null where a number is not finite.</param>
/// <param name="Scores">How good each is, larger is better; empty where there is nothing to choose.</param>
internal sealed record MoleculeCandidates(int Each, IReadOnlyList<Molecule?> Molecules, IReadOnlyList<double> Scores)
{
    /// <summary>The best among the first candidates of each sample; none where none of them is finite.</summary>
    /// <param name="among">So many of them, 1 to k.</param>
    public IEnumerable<Molecule> Best(int among)
    {
        for (var first = 0; first < Molecules.Count; first += Each)
        {
            var finite = Enumerable.Range(first, among).Where(index => Molecules[index] is not null).ToArray();
            if (finite.Length > 0)
            {
                yield return Molecules[finite.Length == 1 ? finite[0] : finite.MaxBy(Worth)]!;
            }
        }
    }

    private double Worth(int index) => double.IsNaN(Scores[index]) ? double.NegativeInfinity : Scores[index];
}

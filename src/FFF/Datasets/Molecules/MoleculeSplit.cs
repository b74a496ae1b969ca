using FFF.Randomness;

namespace FFF.Datasets.Molecules;

/// <summary>Molecules of different sizes make no tensor; this divides lists of them.</summary>
public static class MoleculeSplit
{
    /// <summary>Takes the parts from a random permutation; they share none, as in <see cref="Split.Draw"/>.</summary>
    /// <exception cref="ArgumentException">The split is not of so many molecules.</exception>
    public static (IReadOnlyList<Molecule> Train, IReadOnlyList<Molecule> Validation, IReadOnlyList<Molecule> Test) Draw(IReadOnlyList<Molecule> molecules, Split split, RandomStream random)
    {
        if (split.Train + split.Validation + split.Test != molecules.Count)
        {
            throw new ArgumentException($"The split {split} is not of {molecules.Count} molecules.");
        }

        using var permutation = random.Permutation(molecules.Count);
        var order = permutation.data<long>().ToArray();
        return (Part(0, split.Train), Part(split.Train, split.Validation), Part(split.Train + split.Validation, split.Test));

        IReadOnlyList<Molecule> Part(long start, long length) => [.. order.AsSpan((int)start, (int)length).ToArray().Select(i => molecules[(int)i])];
    }
}

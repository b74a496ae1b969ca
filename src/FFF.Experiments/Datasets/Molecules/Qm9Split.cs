using FFF.Evaluation;
using FFF.Formats;
using static TorchSharp.torch;

namespace FFF.Datasets.Molecules;

/// <summary>
/// The split of QM9 that the E(n) flow (Satorras, Hoogeboom, Fuchs, Posner and Welling, NeurIPS 2021) and EDM (Hoogeboom, Satorras, Vignac and
/// Welling, ICML 2022) use: NumPy's permutation of seed 0 of the 130,831 molecules that are not on the list, in the order of their numbers; the
/// first 100,000 to train, the last tenth for the test, those between for validation.
/// </summary>
internal static class Qm9Split
{
    /// <summary>What it is called.</summary>
    public const string Name = "the E(n) flow and EDM papers";

    private const int All = 133_885;
    private const int Listed = 3_054;
    private const int Train = 100_000;
    private const int Test = (All - Listed) / 10;
    private const uint Seed = 0;

    /// <summary>How many molecules the split is of.</summary>
    public const int Molecules = All - Listed;

    /// <summary>How many molecules each part has, where none is missing.</summary>
    public static Split Whole { get; } = new(Train, Molecules - Train - Test, Test);

    /// <summary>The split of molecules, whichever are there.</summary>
    /// <inheritdoc cref="Places"/>
    public static PublishedSplit Of(Tensor numbers, string? list)
    {
        using var known = numbers.to(int64).cpu();
        return new(Name, tensor(Places(known.data<long>(), list), int64), Whole);
    }

    /// <summary>The places of molecules in the random order. Needs no libtorch.</summary>
    /// <param name="numbers">Their numbers in the data set, from 1; [N].</param>
    /// <param name="list">The file of those that are left out; null where there is none.</param>
    /// <exception cref="DatasetException">There is no list, it is another one, or a molecule is not of QM9.</exception>
    /// <exception cref="FileReadException">The list cannot be read.</exception>
    public static long[] Places(IEnumerable<long> numbers, string? list)
    {
        if (list is null)
        {
            throw new DatasetException($"QM9's split is one of the molecules that are not in {Qm9.UncharacterizedName}, which is not beside the archive. "
                + "'fff data fetch qm9' downloads both.");
        }

        var places = PlaceOfNumber(Qm9.ReadUncharacterized(list), list);
        return [.. numbers.Select(number => PlaceOf(number, places))];
    }

    private static long PlaceOf(long number, long[] places) => number is > 0 and <= All && places[number - 1] is >= 0 and var place
        ? place
        : throw new DatasetException($"QM9's split knows the molecules 1 to {All} without those in {Qm9.UncharacterizedName}; the archive holds "
            + $"molecule {number}, which is none of them.");

    /// <summary>The place of each molecule of the data set; −1 of those on the list.</summary>
    private static long[] PlaceOfNumber(IReadOnlySet<int> listed, string list)
    {
        var kept = Enumerable.Range(1, All).Where(number => !listed.Contains(number)).ToArray();
        if (listed.Count != Listed || kept.Length != Molecules)
        {
            throw new DatasetException($"{list}: lists {NumberText.Count(listed.Count)} molecules, but QM9's split leaves out the "
                + $"{NumberText.Count(Listed)} that are published as uncharacterised. 'fff data fetch qm9' downloads that list; data.samples takes a number "
                + "of molecules and splits them by shares.");
        }

        var places = Enumerable.Repeat(-1L, All).ToArray();
        foreach (var (place, index) in new NumpyRandom(Seed).Permutation(Molecules).Index())
        {
            places[kept[index] - 1] = place;
        }

        return places;
    }
}

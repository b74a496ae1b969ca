using FFF.Randomness;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Datasets;

/// <summary>Random data of a given shape, on which training steps are timed and compared.</summary>
internal static class RandomData
{
    /// <summary>Samples: normal numbers, particles without their mean, or molecules.</summary>
    /// <param name="count">N; of molecules, as many as their space counts.</param>
    /// <param name="space">What they are points of.</param>
    /// <param name="conditions">C.</param>
    /// <param name="random">Draws them.</param>
    public static Samples Of(long count, Space space, int conditions, RandomStream random)
    {
        if (space is MoleculeSpace molecules)
        {
            return OfMolecules(molecules, conditions, random);
        }

        var data = random.Normal([count, space.Dimension]);
        data = space is MeanFreePositions particles ? MeanFree.Project(data, particles) : data;
        return new Samples(data, conditions > 0 ? random.Normal([count, conditions]) : null) { Space = space };
    }

    private static Samples OfMolecules(MoleculeSpace shape, int conditions, RandomStream random)
    {
        var sizes = shape.AtomCounts.SelectMany((count, atoms) => Enumerable.Repeat((long)atoms, (int)count)).ToArray();
        var positions = random.Normal([sizes.Length, shape.MaxAtoms, MoleculeSpace.Axes]);
        var types = random.Integers(0, shape.Types, [sizes.Length, shape.MaxAtoms]);
        var charges = tensor(shape.AtomicNumbers.Select(number => (float)number).ToArray())[types];
        var rows = cat([positions, types.to(float32).unsqueeze(-1), charges.unsqueeze(-1)], -1).flatten(1);
        var ends = tensor(sizes) * MoleculeSpace.DataWidth;
        rows.masked_fill_(arange(rows.shape[1]).unsqueeze(0) >= ends.unsqueeze(-1), double.NaN);
        return new Samples(rows, conditions > 0 ? random.Normal([sizes.Length, conditions]) : null) { Space = shape, Group = tensor(sizes) };
    }
}

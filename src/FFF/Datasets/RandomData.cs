using FFF.Configuration;
using FFF.Datasets.Particles;
using FFF.Randomness;
using static TorchSharp.torch;

namespace FFF.Datasets;

/// <summary>Random data of a given shape, on which training steps are timed and compared.</summary>
internal static class RandomData
{
    /// <summary>Samples: normal numbers, particles without their mean, or molecules.</summary>
    /// <param name="count">N; of molecules, as many as their shape counts.</param>
    /// <param name="dimension">D.</param>
    /// <param name="conditions">C.</param>
    /// <param name="particles">How a row is a system of particles; null where it is none.</param>
    /// <param name="molecules">What there is to know of molecules; null where there are none.</param>
    /// <param name="random">Draws them.</param>
    public static Samples Of(long count, int dimension, int conditions, ParticleShape? particles, MoleculeShape? molecules, RandomStream random)
    {
        if (molecules is not null)
        {
            return OfMolecules(molecules, random);
        }

        var data = random.Normal([count, dimension]);
        data = particles is null ? data : MeanFree.Project(data, particles);
        return new Samples(data, conditions > 0 ? random.Normal([count, conditions]) : null) { Particles = particles };
    }

    private static Samples OfMolecules(MoleculeShape shape, RandomStream random)
    {
        var sizes = shape.AtomCounts.SelectMany((count, atoms) => Enumerable.Repeat((long)atoms, (int)count)).ToArray();
        var positions = random.Normal([sizes.Length, shape.MostAtoms, MoleculeShape.Space]);
        var types = random.Integers(0, shape.Types, [sizes.Length, shape.MostAtoms]);
        var charges = tensor(shape.AtomicNumbers.Select(number => (float)number).ToArray())[types];
        var rows = cat([positions, types.to(float32).unsqueeze(-1), charges.unsqueeze(-1)], -1).flatten(1);
        var ends = tensor(sizes) * MoleculeShape.DataWidth;
        rows.masked_fill_(arange(rows.shape[1]).unsqueeze(0) >= ends.unsqueeze(-1), double.NaN);
        return new Samples(rows, null) { Molecules = shape, Group = tensor(sizes) };
    }
}

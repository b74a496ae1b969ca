using System.Collections.Immutable;
using FFF.Formats;
using FFF.Spaces;
using static System.FormattableString;
using static TorchSharp.torch;

namespace FFF.Datasets.Particles;

/// <summary>The space of positions that come from a file and are of no system of the literature: who is who, how large, and which mirror image.</summary>
internal static class OwnParticles
{
    /// <summary>Networks learn slowly from coordinates beyond these.</summary>
    private const double SmallestSpread = 0.3;
    private const double LargestSpread = 3;
    private const int ShownRows = 5;

    /// <summary>The space, by what a configuration says and the file tells.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="path">The file.</param>
    /// <param name="positions">[N, particles·dimensions], of mean zero.</param>
    /// <param name="shape">Particles and dimensions.</param>
    /// <param name="found">What the file says that each particle is; null where it does not.</param>
    /// <param name="warn">Is told what does no harm but should be known.</param>
    /// <exception cref="DatasetException">The configuration does not fit the file.</exception>
    public static MeanFreePositions Space(
        ParticleData config, string path, Tensor positions, MeanFreePositions shape, ImmutableArray<string>? found, Action<string>? warn)
    {
        var space = shape with
        {
            Labels = LabelsOf(config, path, shape, found),
            Bonds = BondsOf(config, path, shape),
            Length = config.Length ?? 1,
            Handedness = HandednessOf(config, path, positions, shape),
        };
        if (config.IsInternal)
        {
            return space with { Internal = InternalOf(config, path, positions, space) };
        }

        using var squares = positions.to(float64).square();
        using var mean = squares.mean();
        var spread = Math.Sqrt(mean.item<double>());
        if (spread / space.Length is < SmallestSpread or > LargestSpread)
        {
            warn?.Invoke(Invariant($"{path}: coordinates are {spread:G3} from their mean")
                + (config.Length is { } given ? Invariant($", {spread / given:G3} by data.length. ") : ". ")
                + Invariant($"Networks learn from coordinates of about 1: set data.length to {spread:G2}. Samples and densities stay in the file's unit."));
        }

        return space;
    }

    private static ZMatrixCoordinates InternalOf(ParticleData config, string path, Tensor positions, MeanFreePositions shape)
    {
        if (shape.Dimensions != MoleculeSpace.Axes || shape.Particles <= MoleculeSpace.Axes)
        {
            throw new DatasetException($"{path}: distances and angles are those of four atoms or more in three dimensions, not of {shape.Particles} in "
                + $"{shape.Dimensions}. Leave data.coordinates out.")
            {
                Key = "coordinates",
            };
        }

        var bonds = shape.Bonds?.Pairs ?? ZMatrix.ShortestTree(positions);
        return ZMatrix.Unreached(shape.Particles, bonds) is { Count: > 0 } unreached
            ? throw new DatasetException($"{path}: distances and angles are those of one molecule, but bonds do not reach the particles "
                + $"{string.Join(", ", unreached)} from particle 0. Add their bonds, or leave data.coordinates out.")
            {
                Key = shape.Bonds is null ? "coordinates" : config.BondsFile is null ? "bonds" : "bonds_file",
            }
            : ZMatrixCoordinates.Fit(ZMatrix.Of(shape.Particles, bonds), positions);
    }

    private static ParticleLabels? LabelsOf(ParticleData config, string path, MeanFreePositions shape, ImmutableArray<string>? found)
    {
        if (config.Types is { } given && given.Count != shape.Particles)
        {
            throw new DatasetException($"{path}: has {shape.Particles} particles, but data.types names {given.Count}: "
                + "one name for each is needed, in the order of the file.")
            {
                Key = "types",
            };
        }

        return (config.Identity, config.Types?.ToImmutableArray() ?? found) switch
        {
            (ParticleIdentity.Alike, _) => null,
            (ParticleIdentity.Type, null) => throw new DatasetException(
                $"{path}: does not tell what the particles are, which data.identity: type needs. Name them by data.types.")
            {
                Key = "identity",
            },
            (ParticleIdentity.Each, var types) => new(types ?? [.. Enumerable.Range(1, shape.Particles).Select(n => Invariant($"{n}"))], areDistinct: true),
            (_, { } names) => new(names, areDistinct: false),
            _ => null,
        };
    }

    private static ParticleBonds? BondsOf(ParticleData config, string path, MeanFreePositions shape)
    {
        var (pairs, key) = config.BondsFile is { } file
            ? (BondFile.Read(file, shape.Particles), "bonds_file")
            : (config.Bonds?.Select(pair => (pair[0], pair[1])).ToArray(), "bonds");
        if (pairs is null)
        {
            return null;
        }

        if (ParticleBonds.Problem(pairs) is { } problem)
        {
            throw new DatasetException($"data.{key}: {problem}") { Key = key };
        }

        var bonds = new ParticleBonds(pairs);
        return bonds.Last < shape.Particles
            ? bonds
            : throw new DatasetException($"{path}: has particles 0 to {shape.Particles - 1}, but data.{key} names {bonds.Last}.") { Key = key };
    }

    private static Handedness? HandednessOf(ParticleData config, string path, Tensor positions, MeanFreePositions shape)
    {
        if (config.Chirality is not { } four)
        {
            return null;
        }

        if (shape.Dimensions != MoleculeSpace.Axes)
        {
            throw new DatasetException($"{path}: mirror images are told apart in three dimensions, not in {shape.Dimensions}. Leave data.chirality out.")
            {
                Key = "chirality",
            };
        }

        if (four.Max() >= shape.Particles)
        {
            throw new DatasetException($"{path}: has particles 0 to {shape.Particles - 1}, but data.chirality names {four.Max()}.") { Key = "chirality" };
        }

        if (config.Identity == ParticleIdentity.Alike)
        {
            throw new DatasetException($"{path}: where all particles are alike, none is where data.chirality says. Set data.identity: each.")
            {
                Key = "chirality",
            };
        }

        using var scope = NewDisposeScope();
        var product = Handedness.TripleProduct(positions.to(float64), four);
        var isPositive = product.median().item<double>() > 0;
        var other = (isPositive ? product <= 0 : product >= 0).nonzero().squeeze(1).data<long>().ToArray();
        return other.Length == 0
            ? new(four[0], four[1], four[2], four[3], isPositive)
            : throw new DatasetException($"{path}: around the particles of data.chirality, {NumberText.Counted(other.Length, "row")} of "
                + $"{NumberText.Count(product.shape[0])} are of the other mirror image: {string.Join(", ", other.Take(ShownRows))}"
                + $"{(other.Length > ShownRows ? "…" : "")} (counted from 0). Leave data.chirality out, or name four particles whose image never changes.")
            {
                Key = "chirality",
            };
    }
}

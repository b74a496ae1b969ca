using System.Collections.Immutable;
using FFF.Datasets.Molecules;
using FFF.Formats;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Datasets.Particles;

/// <summary>
/// Positions of particles in a .npy file, [N, particles, dimensions] or [N, particles·dimensions]: what this program writes,
/// the published sets of the Lennard-Jones clusters (all_data_LJ13-2.npy, all_data_LJ55.npy), and any of the user's own; or frames of the same
/// atoms in the same order, in any format of molecules.
/// </summary>
internal static class PositionsFile
{
    private const string ObjectType = "|O";

    /// <summary>Whether a file's name is that of positions, which <see cref="Read"/> can read.</summary>
    public static bool IsKnown(string path) => MoleculeFile.CanRead(path) || path.EndsWith(".npy", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads the positions.</summary>
    /// <param name="path">The file.</param>
    /// <param name="expected">N and d where they are known; needed where the array has two dimensions.</param>
    /// <returns>
    /// [N, particles·dimensions], without their mean, float32 on the CPU; their shape; and what each particle is, where the file tells.
    /// </returns>
    /// <exception cref="DatasetException">The file cannot be read, has another shape, or holds values that are not finite in float32.</exception>
    /// <remarks>The mean is taken off in float64: far from the origin, float32 would round the distances between particles.</remarks>
    public static (Tensor Positions, MeanFreePositions Shape, ImmutableArray<string>? Types) Read(string path, MeanFreePositions? expected)
    {
        using var scope = NewDisposeScope();
        var (array, types) = Load(path);
        if (array.numel() == 0)
        {
            throw new DatasetException($"{path}: holds no positions; the array has shape ({string.Join(", ", array.shape)}).");
        }

        var shape = ShapeOf(array, path, expected);
        var rows = array.to(float64).reshape(array.shape[0], -1);
        var centred = MeanFree.Project(rows, shape);
        var positions = centred.to(float32);
        using var wrong = positions.isfinite().logical_not().nonzero();
        if (wrong.shape[0] > 0)
        {
            throw new DatasetException($"{path}: sample {wrong[0, 0].item<long>()} (counted from 0), number {wrong[0, 1].item<long>()} of its row is not "
                + "finite in float32. Remove the sample, or replace the value.");
        }

        RequireResolution(array, rows, centred, path);
        return (positions.MoveToOuterDisposeScope(), shape, types);
    }

    /// <summary>What a file in half or single precision rounded away cannot be had back.</summary>
    private static void RequireResolution(Tensor array, Tensor rows, Tensor centred, string path)
    {
        const double CoarsestStep = 0.01;
        var digits = array.dtype == ScalarType.Float32 ? Math.ScaleB(1, -23) : Math.ScaleB(1, -52);
        var step = rows.abs().max().item<double>() * digits;
        var spread = centred.square().mean().sqrt().item<double>();
        if (array.is_floating_point() && step > CoarsestStep * spread)
        {
            throw new DatasetException(FormattableString.Invariant(
                $"{path}: lies so far from the origin that its numbers, {array.dtype}, are {step:G2} apart, but particles are only {spread:G2} ")
                + "from their mean. Take the mean off before the positions are saved, or save them in float64.");
        }
    }

    private static (Tensor Array, ImmutableArray<string>? Types) Load(string path)
    {
        try
        {
            if (MoleculeFile.CanRead(path))
            {
                return Frames(path);
            }

            RefuseObjects(path);
            return (Npy.Read(path), null);
        }
        catch (FileReadException e)
        {
            throw new DatasetException(e.Message, e) { Key = "path" };
        }
    }

    /// <summary>Frames, [N, particles, 3], float64, and the elements that all of them have.</summary>
    private static (Tensor, ImmutableArray<string>?) Frames(string path)
    {
        var numbers = new List<double>();
        var (elements, frames) = (ImmutableArray<Element>.Empty, 0);
        foreach (var frame in MoleculeFile.Read(path))
        {
            elements = frames++ == 0 ? frame.Elements : elements;
            if (!frame.Elements.SequenceEqual(elements))
            {
                throw new DatasetException($"{path}: frame {frames} (counted from 1) has other atoms than the first, or in another order: "
                    + $"{string.Join(' ', frame.Elements.Take(10))}… in place of {string.Join(' ', elements.Take(10))}…. "
                    + "All frames are to be of the same atoms in the same order; molecules of several kinds are data of the kind molecules.");
            }

            numbers.AddRange(frame.Positions.SelectMany(position => (double[])[position.X, position.Y, position.Z]));
        }

        return (tensor(numbers.ToArray()).reshape(frames, elements.Length, MoleculeSpace.Axes), [.. elements.Select(element => element.ToString())]);
    }

    /// <summary>The published dw4-dataidx.npy is a pickle of positions and the order in which they are split.</summary>
    private static void RefuseObjects(string path)
    {
        using var file = InputFile.Open(path);
        try
        {
            if (NpyHeader.Read(file, out _).Type == ObjectType)
            {
                throw new DatasetException(
                    $"{path}: holds Python objects, which this program does not unpickle, because that would run whatever code is in the file. "
                    + "If you trust it, save its numbers by themselves. For the published dw4-dataidx.npy, in the order of its split:\n"
                    + $"  python -c \"import numpy as np; x, i = np.load('{Path.GetFileName(path)}', allow_pickle=True); "
                    + "x = np.asarray(x, dtype='float32'); np.save('dw4.npy', x.reshape(len(x), 4, 2)[np.asarray(i)])\"");
            }
        }
        catch (InvalidDataException e)
        {
            throw new FileReadException(path, $"{e.Message} Positions are an array of samples, particles and space, as numpy.save writes it. "
                + $"From what ASE reads, such as .xyz: python -c \"import ase.io, numpy; numpy.save('positions.npy', "
                + $"[atoms.positions for atoms in ase.io.read('{Path.GetFileName(path)}', ':')])\"", e);
        }
    }

    private static MeanFreePositions ShapeOf(Tensor array, string path, MeanFreePositions? expected)
    {
        var found = $"the array has shape ({string.Join(", ", array.shape)})";
        var shape = (array.dim(), expected) switch
        {
            (2, null) => throw new DatasetException($"{path}: {found}, which does not tell particles and dimensions apart. "
                + "Name them by data.particles and data.dimensions, or the system by data.system."),
            (2, { } known) => array.shape[1] == (long)known.Particles * known.Dimensions ? known : null,
            (3, null) => new MeanFreePositions((int)array.shape[1], (int)array.shape[2]),
            (3, { } known) => array.shape[1] == known.Particles && array.shape[2] == known.Dimensions ? known : null,
            _ => throw new DatasetException(
                $"{path}: {found}; positions have three dimensions, samples, particles and space, or two, samples and the numbers of each."),
        };
        return shape switch
        {
            null => throw new DatasetException($"{path}: {found}, which does not fit {expected!.Particles} particles in {expected.Dimensions} dimensions."),
            { Particles: < 2 } or { Dimensions: < 1 } =>
                throw new DatasetException($"{path}: {found}; at least two particles are needed, as positions are taken relative to their mean."),
            _ => shape,
        };
    }
}

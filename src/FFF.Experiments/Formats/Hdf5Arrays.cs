using PureHDF;
using static TorchSharp.torch;

namespace FFF.Formats;

/// <summary>The arrays of an HDF5 file, as h5py and MATLAB (-v7.3) write them, by their names; those within groups as group/name.</summary>
internal static class Hdf5Arrays
{
    private const int DeepestGroup = 16;

    /// <summary>Reads all arrays of numbers of one or two dimensions, on the CPU.</summary>
    /// <exception cref="FileReadException">The file is missing or damaged.</exception>
    public static IReadOnlyDictionary<string, Tensor> Read(string path)
    {
        using var file = InputFile.Open(path);
        using var scope = NewDisposeScope();
        try
        {
            using var opened = H5File.Open(file, leaveOpen: true);
            var arrays = new Dictionary<string, Tensor>();
            Collect(opened, "", arrays, DeepestGroup);
            foreach (var array in arrays.Values)
            {
                array.MoveToOuterDisposeScope();
            }

            return arrays;
        }
        catch (Exception e) when (e is not FileReadException)
        {
            // Of any kind: what a damaged file leads the library to is not told beforehand.
            throw new FileReadException(path, $"is no HDF5 file, or a damaged one: {e.Message.TrimEnd('.')}.", e);
        }
    }

    private static void Collect(IH5Group group, string prefix, Dictionary<string, Tensor> arrays, int depth)
    {
        foreach (var child in group.Children())
        {
            if (child is IH5Group inner && depth > 0)
            {
                Collect(inner, $"{prefix}{inner.Name}/", arrays, depth - 1);
            }
            else if (child is IH5Dataset { Space.Rank: 1 or 2 } set && Values(set) is { } values)
            {
                arrays.Add(prefix + set.Name, values);
            }
        }
    }

    /// <summary>
    /// float64, or int64 for whole numbers, of which <see cref="MatrixFile"/> tells those that float64 rounds; null where there are no numbers.
    /// </summary>
    private static Tensor? Values(IH5Dataset set)
    {
        long[] shape = [.. set.Space.Dimensions.Select(size => checked((long)size))];
        return (set.Type.Class, set.Type.Size) switch
        {
            (H5DataTypeClass.FloatingPoint, 8) => tensor(set.Read<double[]>(), shape),
            (H5DataTypeClass.FloatingPoint, 4) => tensor(set.Read<float[]>(), shape).to(float64),
            (H5DataTypeClass.FixedPoint, 8) => tensor(set.Read<long[]>(), shape),
            (H5DataTypeClass.FixedPoint, 4) => set.Type.FixedPoint.IsSigned
                ? tensor(set.Read<int[]>(), shape).to(int64)
                : tensor([.. set.Read<uint[]>().Select(value => (long)value)], shape),
            (H5DataTypeClass.FixedPoint, 2) => set.Type.FixedPoint.IsSigned
                ? tensor(set.Read<short[]>(), shape).to(int64)
                : tensor([.. set.Read<ushort[]>().Select(value => (long)value)], shape),
            (H5DataTypeClass.FixedPoint, 1) => set.Type.FixedPoint.IsSigned
                ? tensor(set.Read<sbyte[]>(), shape).to(int64)
                : tensor(set.Read<byte[]>(), shape).to(int64),
            _ => null,
        };
    }
}

using static TorchSharp.torch;

namespace FFF.Spaces;

/// <summary>Rows of molecules, [B, M·w], w numbers for each of at most M atoms; rows of smaller ones end in NaN.</summary>
internal static class MoleculeRows
{
    /// <summary>How many atoms each row has: [B], int64.</summary>
    /// <param name="rows">[B, M·w].</param>
    /// <param name="width">w.</param>
    public static Tensor Sizes(Tensor rows, int width) => rows.isnan().logical_not().sum(-1) / width;

    /// <summary>The rows of each size, smallest first.</summary>
    /// <param name="rows">[B, M·w].</param>
    /// <param name="width">w.</param>
    /// <param name="atoms">N where it is known to be the same for all; without it, the device is asked.</param>
    /// <returns>N; which rows have so many atoms, [b], null where all have; their atoms, [b, N, w].</returns>
    public static IEnumerable<(int Atoms, Tensor? Index, Tensor Rows)> BySize(Tensor rows, int width, long? atoms)
    {
        if (atoms is not { } same)
        {
            return BySize(rows, width).Select(part => (part.Atoms, (Tensor?)part.Index, part.Rows));
        }

        return [((int)same, null, rows.narrow(1, 0, same * width).view(-1, same, width))];
    }

    /// <inheritdoc cref="BySize(Tensor, int, long?)"/>
    public static IEnumerable<(int Atoms, Tensor Index, Tensor Rows)> BySize(Tensor rows, int width)
    {
        var sizes = Sizes(rows, width).to(int64).cpu().data<long>().ToArray();
        foreach (var group in sizes.Select((size, row) => (size, row)).GroupBy(entry => entry.size, entry => (long)entry.row).OrderBy(g => g.Key))
        {
            var index = tensor(group.ToArray(), int64, rows.device);
            yield return ((int)group.Key, index, rows.index_select(0, index).narrow(1, 0, group.Key * width).view(-1, group.Key, width));
        }
    }

    /// <summary>One tensor of parts of different sizes, filled up with NaN.</summary>
    /// <param name="parts">Where the rows belong, [b], and the rows, [b, N·w].</param>
    /// <param name="count">B.</param>
    /// <param name="columns">M·w.</param>
    public static Tensor Join(IReadOnlyList<(Tensor Index, Tensor Rows)> parts, long count, long columns)
    {
        var like = parts[0].Rows;
        var rows = full([count, columns], double.NaN, dtype: like.dtype, device: like.device);
        foreach (var (index, part) in parts)
        {
            rows.narrow(1, 0, part.shape[1]).index_copy_(0, index, part);
        }

        return rows;
    }
}

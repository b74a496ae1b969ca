using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace FFF.Randomness;

/// <summary>How rows are put in random order, for a split and for each epoch.</summary>
/// <param name="IsComputed">Whether an order is computed where it is needed, and not kept: other numbers, but no memory.</param>
/// <param name="Block">Rows that stay together, whose blocks are in random order; null where each row has a place of its own.</param>
internal sealed record Shuffling(bool IsComputed, long? Block)
{
    /// <summary>So many rows have an order that is kept: 128 MiB.</summary>
    private const long MostKept = 1L << 25;

    private const long BlocksMixed = 256;

    /// <summary>As few rows are.</summary>
    public static Shuffling Kept { get; } = new(false, null);

    /// <summary>Whether the order of so many rows is computed, unless something else is known.</summary>
    public static bool IsComputedFor(long rows) => rows > MostKept;

    /// <summary>The order by which rows are split.</summary>
    /// <param name="rows">How many.</param>
    /// <param name="random">Draws it.</param>
    /// <param name="asTensor">Whether an order that is kept is a tensor, in place of a list of half its size.</param>
    public RowOrder OfSplit(long rows, RandomStream random, bool asTensor) =>
        Block is { } block ? new BlockOrder(rows, block, 0, random) : OfRows(rows, random, asTensor);

    /// <summary>The order of an epoch.</summary>
    /// <inheritdoc cref="OfSplit"/>
    public RowOrder OfEpoch(long rows, RandomStream random, bool asTensor) =>
        Block is { } block ? new BlockOrder(rows, block, BlocksMixed, random) : OfRows(rows, random, asTensor);

    private RowOrder OfRows(long rows, RandomStream random, bool asTensor)
    {
        if (IsComputed)
        {
            return new ComputedOrder(rows, random);
        }

        if (asTensor || rows > int.MaxValue)
        {
            return new TensorOrder(random.Permutation(rows));
        }

        using var order = random.Permutation(rows, int32);
        return new ListedOrder(MemoryMarshal.Cast<byte, int>(order.bytes).ToArray());
    }
}

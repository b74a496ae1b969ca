using FFF.Randomness;
using FFF.Transforms;
using static TorchSharp.torch;

namespace FFF.Spaces;

/// <summary>Rows of samples and, for conditional densities, of what they are conditioned on: in memory (<see cref="Samples"/>), or in files.</summary>
/// <remarks>What is returned belongs to the caller, but for the tensors of samples in memory.</remarks>
public interface IRows
{
    /// <summary>N.</summary>
    long Count { get; }

    /// <summary>D, the numbers of a sample.</summary>
    int Dimension { get; }

    /// <summary>C, the numbers of a condition; 0 where there are none.</summary>
    int ConditionDimension { get; }

    /// <summary>What the rows are points of.</summary>
    Space Space { get; }

    /// <summary>All samples, [N, D]; of rows in files, they are read into memory, each time.</summary>
    Tensor Data { get; }

    /// <summary>All conditions, [N, C], or null where there are none; of rows in files, they are read into memory, each time.</summary>
    Tensor? Condition { get; }

    /// <summary>The groups that batches shall not mix, [N], int64, on the CPU; null where there are none.</summary>
    Tensor? Group { get; }

    /// <summary>The rows at the given indices, [B].</summary>
    Samples Select(Tensor index);

    /// <summary>Rows that follow each other; of samples in memory, parts of their tensors.</summary>
    /// <param name="first">The first row, from 0.</param>
    /// <param name="count">How many.</param>
    Samples Part(long first, long count);

    /// <summary>Where parts of the rows that fit into memory begin, and how many rows each has; of samples in memory, there is one.</summary>
    internal IEnumerable<(long First, long Count)> Ranges();

    /// <summary>Sees all rows once, by parts that fit into memory, in whatever order is the quickest to read; the parts are disposed of afterwards.</summary>
    internal void Visit(Action<Samples> each);

    /// <summary>What standardisation has to know of the samples.</summary>
    /// <param name="before">What they go through before; null if nothing.</param>
    internal ColumnMoments Moments(ITransform? before);

    /// <summary>What standardisation has to know of the conditions; null where there are none.</summary>
    /// <param name="before">What they go through before; null if nothing.</param>
    internal ColumnMoments? ConditionMoments(ITransform? before);

    /// <summary>An order in which the rows are split.</summary>
    internal RowOrder OrderOfSplit(RandomStream random);

    /// <summary>An order of the rows for an epoch.</summary>
    internal RowOrder OrderOfEpoch(RandomStream random);

    /// <summary>The rows at some places of an order, which outlives them.</summary>
    internal IRows Subset(RowOrder order, long first, long count);

    /// <summary>The same rows as points of another space.</summary>
    internal IRows In(Space space);

    /// <summary>The same rows, selected to a device.</summary>
    internal IRows On(Device device);

    /// <summary>Moves tensors that are kept to the dispose scope around the present one.</summary>
    internal IRows Kept();
}

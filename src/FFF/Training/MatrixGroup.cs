using static TorchSharp.torch;

namespace FFF.Training;

/// <summary>Matrices of one shape that lie one behind the other in a flat buffer.</summary>
/// <param name="Offset">Where the first one begins.</param>
/// <param name="Count">G.</param>
/// <param name="Rows">n.</param>
/// <param name="Columns">m.</param>
internal sealed record MatrixGroup(long Offset, long Count, long Rows, long Columns)
{
    /// <summary>Its part of a buffer, [G, n, m]; a view, of the scope.</summary>
    /// <param name="buffer">[P].</param>
    public Tensor Of(Tensor buffer) => buffer.narrow(0, Offset, Count * Rows * Columns).view(Count, Rows, Columns);
}

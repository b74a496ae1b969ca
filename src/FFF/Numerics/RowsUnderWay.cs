using static TorchSharp.torch;

namespace FFF.Numerics;

/// <summary>The rows of a batch that are still being integrated.</summary>
/// <param name="Rows">Their numbers in the batch, [A].</param>
/// <param name="Time">Their times, [A, 1].</param>
/// <param name="Step">The steps that they try next, negative where time runs backwards, [A, 1].</param>
/// <param name="State">y, [A, S].</param>
/// <param name="Slope">f(t, y), [A, S].</param>
internal sealed record RowsUnderWay(Tensor Rows, Tensor Time, Tensor Step, Tensor State, Tensor Slope) : IDisposable
{
    /// <summary>A.</summary>
    public long Count => Rows.shape[0];

    /// <summary>Copies of some of them.</summary>
    /// <param name="chosen">Whether each is wanted, [A], bool.</param>
    public RowsUnderWay Select(Tensor chosen) => new(Rows[chosen], Time[chosen], Step[chosen], State[chosen], Slope[chosen]);

    /// <summary>Lets them outlive the present scope.</summary>
    public RowsUnderWay MoveToOuterDisposeScope()
    {
        foreach (var tensor in Parts)
        {
            tensor.MoveToOuterDisposeScope();
        }

        return this;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in Parts)
        {
            tensor.Dispose();
        }
    }

    private Tensor[] Parts => [Rows, Time, Step, State, Slope];
}

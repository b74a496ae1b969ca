using static TorchSharp.torch;

namespace FFF.Training;

/// <summary>
/// The bases in which <see cref="Soap"/> runs Adam on G matrices of one shape, which lie one behind the other in a flat buffer. A side of one number, or of
/// more than <see cref="LargestSide"/>, is left as it is.
/// </summary>
internal sealed class EigenBasis : IDisposable
{
    /// <summary>Sides that are longer have no basis: it would cost more than it brings, by the cube of their length.</summary>
    public const long LargestSide = 1024;

    private readonly MatrixGroup _matrices;
    private readonly BasisSide[] _sides;

    /// <summary>Starts with the identity.</summary>
    /// <param name="matrices">Which part of the buffers it is for.</param>
    /// <param name="state">Its numbers, <see cref="Numbers"/> of them, zeros; a view that is written to.</param>
    public EigenBasis(MatrixGroup matrices, Tensor state)
    {
        _matrices = matrices;
        _sides = [.. Sides(matrices).Zip(FlatParameters.Parts(state, Sides(matrices).Select(side => BasisSide.Numbers(matrices.Count, side.Size))),
            (side, own) => new BasisSide(own.view(2, matrices.Count, side.Size, side.Size), side.IsLeft))];
    }

    /// <summary>How many numbers the bases of such matrices have.</summary>
    public static long Numbers(MatrixGroup matrices) => Sides(matrices).Sum(side => BasisSide.Numbers(matrices.Count, side.Size));

    /// <summary>Takes gradients into the means.</summary>
    /// <param name="gradients">Those of all parameters, [P].</param>
    /// <param name="beta">How much of the means is kept.</param>
    public void Observe(Tensor gradients, double beta)
    {
        using var scope = NewDisposeScope();
        var own = _matrices.Of(gradients);
        foreach (var side in _sides)
        {
            side.Observe(own, beta);
        }
    }

    /// <summary>Lets the bases follow the means, and turns what is given in them.</summary>
    /// <param name="rotated">Coordinates in the bases, of all parameters, [P]; this group's are written to.</param>
    public void Follow(Tensor rotated) => Change(rotated, (side, x) => side.Turned(x, side.Follow()));

    /// <summary>From the parameters' coordinates into the bases, in place.</summary>
    /// <param name="buffer">[P]; this group's part is written to.</param>
    public void Into(Tensor buffer) => Change(buffer, (side, x) => side.Into(x));

    /// <summary>Back from the bases, in place.</summary>
    /// <param name="buffer">[P]; this group's part is written to.</param>
    public void Back(Tensor buffer) => Change(buffer, (side, x) => side.Back(x));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var side in _sides)
        {
            side.Dispose();
        }
    }

    private void Change(Tensor buffer, Func<BasisSide, Tensor, Tensor> change)
    {
        using var scope = NewDisposeScope();
        var own = _matrices.Of(buffer);
        own.copy_(_sides.Aggregate(own, (x, side) => change(side, x)));
    }

    private static IEnumerable<(long Size, bool IsLeft)> Sides(MatrixGroup matrices) =>
        new[] { (Size: matrices.Rows, IsLeft: true), (Size: matrices.Columns, IsLeft: false) }.Where(side => side.Size is > 1 and <= LargestSide);
}

using static TorchSharp.torch;

namespace FFF.Training;

/// <summary>
/// One side of Shampoo's preconditioner (Gupta, Koren and Singer, 2018) for G matrices of one shape, [G, n, m] with gradients g:
/// L ← βL + (1−β)ggᵀ on the left, R ← βR + (1−β)gᵀg on the right, and an orthonormal basis Q that follows its eigenvectors by orthogonal iteration.
/// </summary>
internal sealed class BasisSide : IDisposable
{
    private const double Shift = 1e-6;

    private readonly Tensor _covariance;
    private readonly Tensor _basis;
    private readonly bool _isLeft;

    /// <summary>Starts with the identity as all bases, in which nothing is turned.</summary>
    /// <param name="state">L or R, and Q, [2, G, k, k], zeros; a view that is written to.</param>
    /// <param name="isLeft">Whether it is of the rows, k = n, or of the columns, k = m.</param>
    public BasisSide(Tensor state, bool isLeft)
    {
        using var scope = NewDisposeScope();
        (_covariance, _basis, _isLeft) = (state[0].DetachFromDisposeScope(), state[1].DetachFromDisposeScope(), isLeft);
        _basis.copy_(eye(_basis.shape[^1], dtype: _basis.dtype, device: _basis.device));
    }

    /// <summary>How many numbers a side has for G matrices, covariances and bases.</summary>
    public static long Numbers(long matrices, long size) => 2 * matrices * size * size;

    /// <summary>Takes a gradient, [G, n, m], into the mean.</summary>
    public void Observe(Tensor gradient, double beta)
    {
        using var scope = NewDisposeScope();
        var transposed = gradient.transpose(1, 2);
        _covariance.lerp_(_isLeft ? gradient.bmm(transposed) : transposed.bmm(gradient), 1 - beta);
    }

    /// <summary>
    /// Q ← QR((L + sI)Q), one step of orthogonal iteration with s a millionth of the mean eigenvalue of L; returns what turns coordinates in the old basis
    /// into those in the new one.
    /// </summary>
    /// <returns>Q_newᵀ Q_old, [G, k, k]; of the scope.</returns>
    public Tensor Follow()
    {
        // Directions in which no gradient has been seen stay where they are: without the shift rounding would choose them.
        var shift = _covariance.diagonal(0, 1, 2).mean([-1]).view(-1, 1, 1) * Shift;
        var next = linalg.qr(_covariance.bmm(_basis) + (shift * _basis)).Item1;
        var turn = next.transpose(1, 2).bmm(_basis);
        _basis.copy_(next);
        return turn;
    }

    /// <summary>Into the basis: Qᵀx on the left, xQ on the right; of the scope.</summary>
    public Tensor Into(Tensor x) => _isLeft ? _basis.transpose(1, 2).bmm(x) : x.bmm(_basis);

    /// <summary>Back from it: Qx on the left, xQᵀ on the right; of the scope.</summary>
    public Tensor Back(Tensor x) => _isLeft ? _basis.bmm(x) : x.bmm(_basis.transpose(1, 2));

    /// <summary>Applies the turn of <see cref="Follow"/> to x, [G, n, m]; of the scope.</summary>
    public Tensor Turned(Tensor x, Tensor turn) => _isLeft ? turn.bmm(x) : x.bmm(turn.transpose(1, 2));

    /// <inheritdoc/>
    public void Dispose()
    {
        _covariance.Dispose();
        _basis.Dispose();
    }
}

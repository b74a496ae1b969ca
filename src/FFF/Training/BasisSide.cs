using static TorchSharp.torch;

namespace FFF.Training;

/// <summary>
/// One side of Shampoo's preconditioner (Gupta, Koren and Singer, 2018) for G matrices of one shape, [G, n, m] with gradients g:
/// L ← βL + (1−β)ggᵀ on the left, R ← βR + (1−β)gᵀg on the right, and an orthonormal basis Q that follows its eigenvectors by orthogonal iteration.
/// </summary>
/// <param name="covariance">L or R, [G, k, k], a view that is written to; zeros at first.</param>
/// <param name="basis">Q, [G, k, k], a view that is written to; made the identity.</param>
/// <param name="isLeft">Whether it is of the rows, k = n, or of the columns, k = m.</param>
internal sealed class BasisSide(Tensor covariance, Tensor basis, bool isLeft) : IDisposable
{
    private const double Shift = 1e-6;

    /// <summary>How many numbers a side has for G matrices, covariances and bases.</summary>
    public static long Numbers(long matrices, long size) => 2 * matrices * size * size;

    /// <summary>Makes all bases the identity, in which nothing is turned.</summary>
    public void Start()
    {
        using var scope = NewDisposeScope();
        basis.copy_(eye(basis.shape[^1], dtype: basis.dtype, device: basis.device));
    }

    /// <summary>Takes a gradient, [G, n, m], into the mean.</summary>
    public void Observe(Tensor gradient, double beta)
    {
        using var scope = NewDisposeScope();
        var transposed = gradient.transpose(1, 2);
        covariance.lerp_(isLeft ? gradient.bmm(transposed) : transposed.bmm(gradient), 1 - beta);
    }

    /// <summary>
    /// Q ← QR((L + sI)Q), one step of orthogonal iteration with s a millionth of the mean eigenvalue of L; returns what turns coordinates in the old basis
    /// into those in the new one.
    /// </summary>
    /// <returns>Q_newᵀ Q_old, [G, k, k]; of the scope.</returns>
    public Tensor Follow()
    {
        // Directions in which no gradient has been seen stay where they are: without the shift rounding would choose them.
        var shift = covariance.diagonal(0, 1, 2).mean([-1]).view(-1, 1, 1) * Shift;
        var next = linalg.qr(covariance.bmm(basis) + (shift * basis)).Item1;
        var turn = next.transpose(1, 2).bmm(basis);
        basis.copy_(next);
        return turn;
    }

    /// <summary>Into the basis: Qᵀx on the left, xQ on the right; of the scope.</summary>
    public Tensor Into(Tensor x) => isLeft ? basis.transpose(1, 2).bmm(x) : x.bmm(basis);

    /// <summary>Back from it: Qx on the left, xQᵀ on the right; of the scope.</summary>
    public Tensor Back(Tensor x) => isLeft ? basis.bmm(x) : x.bmm(basis.transpose(1, 2));

    /// <summary>Applies the turn of <see cref="Follow"/> to x, [G, n, m]; of the scope.</summary>
    public Tensor Turned(Tensor x, Tensor turn) => isLeft ? turn.bmm(x) : x.bmm(turn.transpose(1, 2));

    /// <inheritdoc/>
    public void Dispose()
    {
        covariance.Dispose();
        basis.Dispose();
    }
}

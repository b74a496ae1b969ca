using static TorchSharp.torch;

namespace FFF.Autodiff;

/// <summary>Exact Jacobians by forward mode: one basis tangent per input dimension.</summary>
public static class Jacobians
{
    /// <summary>The function's value and Jacobian, without a graph.</summary>
    /// <param name="function">f: R^D → R^D, row by row.</param>
    /// <param name="x">[B, D].</param>
    /// <param name="tangentsPerChunk">How many columns are computed at once; all of them if left out.</param>
    /// <param name="basis">Directions U as columns, [D, S]; all of R^D if left out.</param>
    /// <returns>f(x), [B, D], and J U with J[b, i, j] = ∂f_i(x_b)/∂x_j, [B, D, S].</returns>
    public static (Tensor Value, Tensor Jacobian) Of(Func<Dual, Dual> function, Tensor x, int? tangentsPerChunk = null, Tensor? basis = null)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var (batch, dimension) = (x.shape[0], x.shape[1]);
        var directions = basis?.t() ?? eye(dimension, dtype: x.dtype, device: x.device);
        var columns = directions.shape[0];
        var chunk = Math.Clamp(tangentsPerChunk ?? columns, 1, columns);
        Tensor? value = null;
        var images = new List<Tensor>();
        for (long first = 0; first < columns; first += chunk)
        {
            using var part = NewDisposeScope();
            var count = Math.Min(chunk, columns - first);
            var tangents = directions.narrow(0, first, count).unsqueeze(1).expand(count, batch, dimension);
            var y = function(new Dual(x, tangents));
            value ??= y.Value.MoveToOuterDisposeScope();
            images.Add(y.Tangent!.MoveToOuterDisposeScope());
        }

        var jacobian = cat(images, 0).permute(1, 2, 0);
        return (value!.MoveToOuterDisposeScope(), jacobian.MoveToOuterDisposeScope());
    }
}

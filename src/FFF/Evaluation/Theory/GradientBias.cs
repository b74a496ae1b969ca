using FFF.Autodiff;
using FFF.Evaluation.Boltzmann;
using FFF.Flows;
using static TorchSharp.torch;

namespace FFF.Evaluation.Theory;

/// <summary>
/// The bias of the surrogate's gradient: G = E_x tr(∇J_f · J_g), which all S orthogonal Hutchinson vectors give without any variance, against the exact
/// E_x ∇log|det J_f| = E_x tr(∇J_f · J_f⁻¹), with respect to all of the encoder's parameters. Errors are of the choice of rows, by the jackknife
/// over batches of them.
/// </summary>
/// <param name="Relative">‖G − exact‖ / ‖exact‖.</param>
/// <param name="Cosine">The cosine of the angle between both.</param>
/// <param name="Rows">How many rows.</param>
internal sealed record GradientBias(MeanEstimate Relative, MeanEstimate Cosine, long Rows)
{
    private const int Batches = 16;
    private const int FewestBatches = 4;

    /// <summary>Of the mean over rows.</summary>
    /// <param name="flow">The flow, of at most <see cref="ObjectiveConfig.MaxExactDimension"/> dimensions; its parameters keep their own gradients.</param>
    /// <param name="x">[B, D].</param>
    /// <param name="condition">[B, C] or null.</param>
    /// <param name="progress">Is told the share that is done; or null.</param>
    /// <param name="stop">Asks to stop.</param>
    /// <returns>Null where the exact gradient is zero, or is finite in too few batches.</returns>
    public static GradientBias? Of(
        FreeFormFlow flow, Tensor x, Tensor? condition, Action<double>? progress = null, CancellationToken stop = default)
    {
        using var scope = NewDisposeScope();
        using var gradient = enable_grad();
        Tensor[] parameters = [.. ((nn.Module)flow.Encoder).parameters()];
        var size = Math.Max(1, x.shape[0] / Batches);
        var (exact, bias, rows) = (new List<Tensor>(), new List<Tensor>(), 0L);
        for (long first = 0; first + size <= x.shape[0]; first += size)
        {
            stop.ThrowIfCancellationRequested();
            using var batch = NewDisposeScope();
            var (part, c) = (x.narrow(0, first, size), condition?.narrow(0, first, size));
            var ofExact = Gradient(Surrogate.Exact(flow, part, c), parameters);
            var rest = Gradient(Surrogate.DataForm(flow, part, c, AllVectors(flow, part)), parameters) - ofExact;
            if ((ofExact.isfinite() & rest.isfinite()).all().item<bool>())
            {
                exact.Add(ofExact.MoveToOuterDisposeScope());
                bias.Add(rest.MoveToOuterDisposeScope());
                rows += size;
            }

            progress?.Invoke((double)(first + size) / x.shape[0]);
        }

        if (exact.Count < FewestBatches)
        {
            return null;
        }

        // Norms and cosines of means over batches follow from the batches' inner products.
        var all = stack([.. exact, .. bias], 0);
        var products = all.mm(all.t()).cpu();
        var count = exact.Count;
        var inner = new double[2 * count, 2 * count];
        var numbers = products.data<double>().ToArray();
        Buffer.BlockCopy(numbers, 0, inner, 0, numbers.Length * sizeof(double));
        return Norms(inner, count, left: -1).Exact == 0
            ? null
            : new(Jackknife(count, left => Norms(inner, count, left) is var (e, b, _) ? Math.Sqrt(b / e) : 0),
                Jackknife(count, left => Norms(inner, count, left) is var (e, b, eb) ? (e + eb) / Math.Sqrt(e * (e + (2 * eb) + b)) : 0), rows);
    }

    /// <summary>Squared norms of the summed exact gradients and biases, and their product, without one batch.</summary>
    private static (double Exact, double Bias, double Product) Norms(double[,] inner, int count, int left)
    {
        int[] kept = [.. Enumerable.Range(0, count).Where(i => i != left)];
        double Sum(int row, int column) => kept.Sum(i => kept.Sum(j => inner[row + i, column + j]));
        return (Math.Max(0, Sum(0, 0)), Math.Max(0, Sum(count, count)), Sum(0, count));
    }

    private static MeanEstimate Jackknife(int count, Func<int, double> without)
    {
        var parts = Enumerable.Range(0, count).Select(without).ToArray();
        var mean = parts.Average();
        return new(without(-1), Math.Sqrt(parts.Sum(part => (part - mean) * (part - mean)) * (count - 1) / count));
    }

    /// <summary>√S times an orthonormal basis, the same for all rows, [S, B, D].</summary>
    private static Tensor AllVectors(FreeFormFlow flow, Tensor x)
    {
        var dimension = x.shape[^1];
        var directions = flow.Latent.Basis(dimension, x.dtype, x.device)?.t() ?? eye(dimension, dtype: x.dtype, device: x.device);
        return (Math.Sqrt(directions.shape[0]) * directions).unsqueeze(1).expand(-1, x.shape[0], -1);
    }

    private static Tensor Gradient(Surrogate surrogate, Tensor[] parameters)
    {
        var value = surrogate.Value.mean();
        var gradients = VectorJacobian.Of([value], parameters, [ones_like(value)], createGraph: false);
        return cat([.. parameters.Zip(gradients, (p, g) => (g ?? zeros_like(p)).flatten().to(float64))], 0).detach();
    }
}

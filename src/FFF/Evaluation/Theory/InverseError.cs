using FFF.Autodiff;
using FFF.Evaluation.Boltzmann;
using FFF.Flows;
using static TorchSharp.torch;

namespace FFF.Evaluation.Theory;

/// <summary>How far the decoder is from the encoder's inverse, to first order: J_f(x) J_g(f(x)) on data, which is 1 where g = f⁻¹.</summary>
/// <param name="Norm">‖J_f J_g − 1‖, the root of the sum of squares.</param>
/// <param name="Relative">The median over rows of that, as a share of ‖1‖ = √S.</param>
/// <param name="SmallestSingularValue">The smallest singular value of J_f J_g at any row.</param>
/// <param name="MedianSingularValue">The median of all singular values at all rows.</param>
/// <param name="LargestSingularValue">The largest at any row.</param>
internal sealed record InverseError(
    MeanEstimate Norm, double Relative, double SmallestSingularValue, double MedianSingularValue, double LargestSingularValue)
{
    /// <summary>At rows, in coordinates of what the density lives on, of dimension S.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="x">[B, D], at least two rows.</param>
    /// <param name="condition">[B, C] or null.</param>
    /// <param name="correlation">Of the chains that drew the rows; null for independent samples.</param>
    /// <param name="progress">Is told the share that is done; or null.</param>
    /// <param name="stop">Asks to stop, with an <see cref="OperationCanceledException"/>.</param>
    public static InverseError Of(FreeFormFlow flow, Tensor x, Tensor? condition, ChainCorrelation? correlation = null, Action<double>? progress = null,
        CancellationToken stop = default)
    {
        using var scope = NewDisposeScope();
        var numbers = Math.Max(flow.Encoder.NumbersOfRow(x.shape[^1]), flow.Decoder.NumbersOfRow(x.shape[^1]));
        var parts = Likelihood.InChunks(flow, x, condition, numbers, (rows, c, basis, tangents) =>
        {
            var (z, ofEncoder) = Jacobians.Of(h => flow.Encoder.Forward(h, c), rows, tangents, basis);
            var (_, ofDecoder) = Jacobians.Of(h => flow.Decoder.Forward(h, c), z, tangents, basis);
            var product = bmm(Likelihood.Square(ofEncoder, basis), Likelihood.Square(ofDecoder, basis)).cpu();
            var rest = product - eye(product.shape[^1], dtype: float64);
            return [rest.square().sum([-2, -1]).sqrt(), linalg.svdvals(product)];
        }, progress, stop);
        var norms = parts[0].data<double>().ToArray();
        var values = parts[1];
        return new(MeanEstimate.Of(norms, correlation), parts[0].median().item<double>() / Math.Sqrt(values.shape[^1]),
            values.min().item<double>(), values.median().item<double>(), values.max().item<double>());
    }
}

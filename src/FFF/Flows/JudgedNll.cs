using static TorchSharp.torch;

namespace FFF.Flows;

/// <summary>
/// The negative log-likelihood that runs are judged by: the larger of those by encoder and decoder, and what it gains by structure that is finer
/// than the reconstruction.
/// </summary>
/// <remarks>
/// No weight of the reconstruction enters, so that runs of different β are judged alike; their objectives cannot be compared, as the least value of
/// NLL + β·reconstruction grows with β. A density of entropy h in S dimensions has the entropy power N = exp(2h/S) / 2πe, the variance of the Gaussian of
/// that entropy. Noise of the variance r/S in each dimension, which is what a reconstruction error r amounts to, makes it at least N + r/S by the
/// entropy power inequality, so that h becomes h + S/2 · log(1 + r / (S·N)). A density cannot be told more finely than its codes tell the points apart: a
/// likelihood that grows without bound while nothing is reconstructed is judged by the entropy of that noise.
/// </remarks>
internal static class JudgedNll
{
    /// <summary>By how many nats the likelihood is to be believed less.</summary>
    /// <param name="nll">The larger NLL, in the units of training.</param>
    /// <param name="reconstruction">‖x − g(f(x))‖² of each row in the same units, [B]; by its logarithm, so that few far rows do not decide.</param>
    /// <param name="dimension">S, that of what the density lives on.</param>
    public static double Excess(double nll, Tensor reconstruction, long dimension)
    {
        using var scope = NewDisposeScope();
        var logPower = (2 * nll / dimension) - Math.Log(2 * Math.PI * Math.E);
        var logRatio = reconstruction.to(float64).log() - Math.Log(dimension) - logPower;
        return 0.5 * dimension * nn.functional.softplus(logRatio, 1, 50).mean().item<double>();
    }
}

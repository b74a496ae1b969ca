using FFF.Graphs;
using FFF.Numerics;
using FFF.Randomness;
using static TorchSharp.torch;

namespace FFF.Latents;

/// <summary>
/// The multivariate Student-t density of ν degrees of freedom: log p(z) = log Γ((ν+D)/2) − log Γ(ν/2) − ½ D log νπ − (ν+D)/2 · log(1 + ‖z‖²/ν).
/// Drawn as n·√(ν/χ²_ν) with n standard normal and one χ² for each vector, so that the components are far out together.
/// </summary>
/// <param name="degreesOfFreedom">ν.</param>
public sealed class MultivariateStudentT(double degreesOfFreedom) : ILatent, IGraphLatent
{
    /// <inheritdoc/>
    public Tensor LogProb(Tensor z)
    {
        var dimension = z.shape[^1];
        var constant = LogGamma.Of((degreesOfFreedom + dimension) / 2) - LogGamma.Of(degreesOfFreedom / 2)
            - 0.5 * dimension * Math.Log(degreesOfFreedom * Math.PI);
        return constant - (degreesOfFreedom + dimension) / 2 * (z.square().sum(-1) / degreesOfFreedom).log1p();
    }

    /// <inheritdoc/>
    public Tensor Sample(long count, int dimension, RandomStream random)
    {
        using var scope = NewDisposeScope();
        var normal = random.Normal([count, dimension]);
        var gamma = random.Gamma(full([count, 1], degreesOfFreedom / 2, dtype: float32));
        return (normal * (degreesOfFreedom / (2 * gamma)).sqrt()).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    GraphValue IGraphLatent.LogProb(GraphValue z, int dimension)
    {
        var constant = LogGamma.Of((degreesOfFreedom + dimension) / 2) - LogGamma.Of(degreesOfFreedom / 2)
            - 0.5 * dimension * Math.Log(degreesOfFreedom * Math.PI);
        return constant - ((degreesOfFreedom + dimension) / 2 * (1 + (z.Square().Sum(-1) / degreesOfFreedom)).Log());
    }
}

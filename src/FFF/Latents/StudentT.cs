using FFF.Graphs;
using FFF.Numerics;
using FFF.Randomness;
using static TorchSharp.torch;

namespace FFF.Latents;

/// <summary>
/// Independent Student-t components of ν degrees of freedom: log p(z) = Σ_i log Γ((ν+1)/2) − log Γ(ν/2) − ½ log νπ
/// − (ν+1)/2 · log(1 + z_i²/ν). Drawn as n·√(ν/χ²_ν) with n standard normal and a χ² for each component.
/// </summary>
/// <param name="degreesOfFreedom">ν.</param>
public sealed class StudentT(double degreesOfFreedom) : ILatent, IGraphLatent
{
    /// <inheritdoc/>
    public Tensor LogProb(Tensor z)
    {
        var constant = LogGamma.Of((degreesOfFreedom + 1) / 2) - LogGamma.Of(degreesOfFreedom / 2) - 0.5 * Math.Log(degreesOfFreedom * Math.PI);
        return z.shape[^1] * constant - (degreesOfFreedom + 1) / 2 * (z.square() / degreesOfFreedom).log1p().sum(-1);
    }

    /// <inheritdoc/>
    public Tensor Sample(long count, int dimension, RandomStream random)
    {
        using var scope = NewDisposeScope();
        var normal = random.Normal([count, dimension]);
        var gamma = random.Gamma(full([count, dimension], degreesOfFreedom / 2, dtype: float32));
        return (normal * (degreesOfFreedom / (2 * gamma)).sqrt()).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    GraphValue IGraphLatent.LogProb(GraphValue z, int dimension)
    {
        var constant = LogGamma.Of((degreesOfFreedom + 1) / 2) - LogGamma.Of(degreesOfFreedom / 2) - 0.5 * Math.Log(degreesOfFreedom * Math.PI);
        return (dimension * constant) - ((degreesOfFreedom + 1) / 2 * (1 + (z.Square() / degreesOfFreedom)).Log().Sum(-1));
    }
}

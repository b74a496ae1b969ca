using static TorchSharp.torch;

namespace FFF.Datasets.Sbi;

/// <summary>Independent log-normal priors of positive parameters: ln θᵢ ~ N(mᵢ, sᵢ²).</summary>
/// <param name="Location">m, D numbers.</param>
/// <param name="Scale">s, D numbers.</param>
internal sealed record LogNormalPrior(double[] Location, double[] Scale)
{
    /// <summary>Draws θ, [N, D], float32 on the generator's device.</summary>
    public Tensor Sample(long count, Generator generator)
    {
        using var scope = NewDisposeScope();
        var normal = randn(count, Location.Length, dtype: float32, device: generator.device, generator: generator);
        var (location, scale) = (tensor(Location, float32, generator.device), tensor(Scale, float32, generator.device));
        return (location + (scale * normal)).exp().MoveToOuterDisposeScope();
    }

    /// <summary>Whether θ is positive and finite: [N, D] to booleans [N]. Logarithms too large for their type count as outside.</summary>
    public static Tensor Contains(Tensor parameters)
    {
        using var scope = NewDisposeScope();
        return ((parameters > 0) & (parameters < double.PositiveInfinity)).all(1).MoveToOuterDisposeScope();
    }
}

using FFF.Randomness;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Datasets.Sbi;

/// <summary>The benchmark's task gaussian_linear_uniform: the mean of a Gaussian under a uniform prior, in ten dimensions.</summary>
/// <remarks>
/// <code>
/// θ ~ U([-1, 1]¹⁰),   x ~ N(θ, 0.1 I)   (a variance);   p(θ | x) = N(x, 0.1 I), cut off at the prior's bounds
/// </code>
/// Source: Lueckmann et al., AISTATS 2021, as defined in sbibm, whose "scale" of 0.1 is a variance.
/// </remarks>
internal sealed class GaussianLinearUniformTask : ISbiTask
{
    private static readonly double Deviation = Math.Sqrt(0.1);
    private static readonly BoxPrior Prior = new(10, 1);

    /// <inheritdoc/>
    public string Name => "gaussian_linear_uniform";

    /// <inheritdoc/>
    public int ParameterDimension => Prior.Dimension;

    /// <inheritdoc/>
    public int DataDimension => 10;

    /// <inheritdoc/>
    public IReadOnlyList<ColumnBounds> Box => Prior.Bounds;

    /// <inheritdoc/>
    public Tensor SamplePrior(long count, RandomStream random) => Prior.Sample(count, random);

    /// <inheritdoc/>
    public Tensor Simulate(Tensor parameters, RandomStream random)
    {
        using var scope = NewDisposeScope();
        var noise = random.Normal(parameters.shape, parameters.dtype, parameters.device);
        return (parameters + (Deviation * noise)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor InSupport(Tensor parameters) => Prior.Contains(parameters);
}

using FFF.Randomness;
using static TorchSharp.torch;

namespace FFF.Datasets.Sbi;

/// <summary>The benchmark's task gaussian_linear: the mean of a Gaussian under a Gaussian prior, in ten dimensions.</summary>
/// <remarks>
/// <code>
/// θ ~ N(0, 0.1 I),   x ~ N(θ, 0.1 I)   (variances);   p(θ | x) = N(x / 2, 0.05 I)
/// </code>
/// Source: Lueckmann et al., AISTATS 2021, as defined in sbibm, whose "scales" of 0.1 are variances.
/// </remarks>
internal sealed class GaussianLinearTask : ISbiTask
{
    private static readonly double Deviation = Math.Sqrt(0.1);

    /// <inheritdoc/>
    public string Name => "gaussian_linear";

    /// <inheritdoc/>
    public int ParameterDimension => 10;

    /// <inheritdoc/>
    public int DataDimension => 10;

    /// <inheritdoc/>
    public Tensor SamplePrior(long count, RandomStream random)
    {
        using var scope = NewDisposeScope();
        return (Deviation * random.Normal([count, ParameterDimension])).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor Simulate(Tensor parameters, RandomStream random)
    {
        using var scope = NewDisposeScope();
        var noise = random.Normal(parameters.shape, parameters.dtype, parameters.device);
        return (parameters + (Deviation * noise)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor? InSupport(Tensor parameters) => null;
}

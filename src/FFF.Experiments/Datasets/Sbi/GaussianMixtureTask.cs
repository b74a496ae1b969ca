using FFF.Randomness;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Datasets.Sbi;

/// <summary>The benchmark's task gaussian_mixture: the common mean of a broad and a narrow Gaussian, in the plane.</summary>
/// <remarks>
/// <code>
/// θ ~ U([-10, 10]²),   x ~ ½ N(θ, I) + ½ N(θ, 0.1² I)
/// </code>
/// Source: Sisson, Fan and Tanaka, "Sequential Monte Carlo without likelihoods", PNAS 2007, as defined in sbibm.
/// </remarks>
internal sealed class GaussianMixtureTask : ISbiTask
{
    private const double BroadDeviation = 1;
    private const double NarrowDeviation = 0.1;
    private static readonly BoxPrior Prior = new(2, 10);

    /// <inheritdoc/>
    public string Name => "gaussian_mixture";

    /// <inheritdoc/>
    public int ParameterDimension => Prior.Dimension;

    /// <inheritdoc/>
    public int DataDimension => 2;

    /// <inheritdoc/>
    public IReadOnlyList<ColumnBounds> Box => Prior.Bounds;

    /// <inheritdoc/>
    public Tensor SamplePrior(long count, RandomStream random) => Prior.Sample(count, random);

    /// <inheritdoc/>
    public Tensor Simulate(Tensor parameters, RandomStream random)
    {
        using var scope = NewDisposeScope();
        var (dtype, device) = (parameters.dtype, parameters.device);
        var broad = random.Uniform([parameters.shape[0], 1], dtype, device) < 0.5;
        var deviation = NarrowDeviation + ((BroadDeviation - NarrowDeviation) * broad.to(dtype));
        var noise = random.Normal(parameters.shape, dtype, device);
        return (parameters + (deviation * noise)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor InSupport(Tensor parameters) => Prior.Contains(parameters);
}

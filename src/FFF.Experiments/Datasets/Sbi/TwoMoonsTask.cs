using FFF.Randomness;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Datasets.Sbi;

/// <summary>The benchmark's task two_moons: the posterior is two crescents.</summary>
/// <remarks>
/// <code>
/// θ ~ U([-1, 1]²)
/// x = (r cos a + 1/4, r sin a) + (-|θ₁ + θ₂|, -θ₁ + θ₂) / √2,   a ~ U(-π/2, π/2),   r ~ N(0.1, 0.01²)
/// </code>
/// Source: Greenberg, Nonnenmacher and Macke, "Automatic Posterior Transformation", ICML 2019, as defined in sbibm.
/// </remarks>
internal sealed class TwoMoonsTask : ISbiTask
{
    private const double RadiusMean = 0.1;
    private const double RadiusDeviation = 0.01;
    private const double Offset = 0.25;
    private static readonly BoxPrior Prior = new(2, 1);

    /// <inheritdoc/>
    public string Name => "two_moons";

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
        var count = parameters.shape[0];
        var (dtype, device) = (parameters.dtype, parameters.device);
        var angle = Math.PI * (random.Uniform([count], dtype, device) - 0.5);
        var radius = RadiusMean + (RadiusDeviation * random.Normal([count], dtype, device));
        var (first, second) = (parameters.select(1, 0), parameters.select(1, 1));
        var x = (radius * angle.cos()) + Offset - ((first + second).abs() / Math.Sqrt(2));
        var y = (radius * angle.sin()) + ((second - first) / Math.Sqrt(2));
        return stack([x, y], 1).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor InSupport(Tensor parameters) => Prior.Contains(parameters);
}

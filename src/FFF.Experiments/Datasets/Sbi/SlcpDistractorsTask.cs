using FFF.Randomness;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Datasets.Sbi;

/// <summary>The benchmark's task slcp_distractors: the eight numbers of <see cref="SlcpTask"/>, hidden among 92 that tell nothing.</summary>
/// <remarks>
/// The distractors come from a mixture of twenty multivariate Student-t distributions with two degrees of freedom, whose
/// variance is infinite; then all hundred columns are permuted. Mixture and permutation are the benchmark's files.
/// Source: Greenberg, Nonnenmacher and Macke, "Automatic Posterior Transformation", ICML 2019, as defined in sbibm.
/// </remarks>
internal sealed class SlcpDistractorsTask : ISbiTask
{
    // Below it, conditions grow about linearly, above it logarithmically. The points lie within a few times this.
    private const double ConditionScale = 10;

    /// <inheritdoc/>
    public string Name => "slcp_distractors";

    /// <inheritdoc/>
    public int ParameterDimension => SlcpSimulator.Prior.Dimension;

    /// <inheritdoc/>
    public int DataDimension => 100;

    /// <inheritdoc/>
    public IReadOnlyList<ColumnBounds> Box => SlcpSimulator.Prior.Bounds;

    /// <inheritdoc/>
    public Tensor SamplePrior(long count, RandomStream random) => SlcpSimulator.Prior.Sample(count, random);

    /// <inheritdoc/>
    public Tensor Simulate(Tensor parameters, RandomStream random)
    {
        using var scope = NewDisposeScope();
        var points = SlcpSimulator.Draw(parameters, random);
        var mixture = new StudentTMixture(Constants("gmm_weights"), Constants("gmm_loc"), Constants("gmm_scale_tril"), Constants("gmm_df"));
        var distractors = mixture.Sample(parameters.shape[0], random).to(parameters.dtype);
        var permutation = Constants("permutation_idx").to(parameters.device);
        return cat([points, distractors], 1).index_select(1, permutation).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor InSupport(Tensor parameters) => SlcpSimulator.Prior.Contains(parameters);

    /// <summary>arsinh(x / 10), in every column: the mean and deviation of numbers of infinite variance would be those of a few outliers.</summary>
    public Tensor ToCondition(Tensor data)
    {
        using var scaled = data / ConditionScale;
        return scaled.arcsinh();
    }

    private static Tensor Constants(string name) => ReferenceData.Constants($"slcp/{name}.npy");
}

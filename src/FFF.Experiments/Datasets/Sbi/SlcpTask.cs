using FFF.Randomness;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Datasets.Sbi;

/// <summary>The benchmark's task slcp: a simple likelihood with a complex posterior, of four modes.</summary>
/// <remarks><inheritdoc cref="SlcpSimulator" path="/remarks/node()"/></remarks>
internal sealed class SlcpTask : ISbiTask
{
    /// <inheritdoc/>
    public string Name => "slcp";

    /// <inheritdoc/>
    public int ParameterDimension => SlcpSimulator.Prior.Dimension;

    /// <inheritdoc/>
    public int DataDimension => 2 * SlcpSimulator.Points;

    /// <inheritdoc/>
    public IReadOnlyList<ColumnBounds> Box => SlcpSimulator.Prior.Bounds;

    /// <inheritdoc/>
    public Tensor SamplePrior(long count, RandomStream random) => SlcpSimulator.Prior.Sample(count, random);

    /// <inheritdoc/>
    public Tensor Simulate(Tensor parameters, RandomStream random) => SlcpSimulator.Draw(parameters, random);

    /// <inheritdoc/>
    public Tensor InSupport(Tensor parameters) => SlcpSimulator.Prior.Contains(parameters);
}

using FFF.Randomness;
using static TorchSharp.torch;

namespace FFF.Datasets.Sbi;

/// <summary>The benchmark's task bernoulli_glm_raw: <see cref="BernoulliGlmTask"/> from the hundred time steps themselves, zeros and ones.</summary>
/// <remarks><inheritdoc cref="BernoulliGlmSimulator" path="/remarks/node()"/></remarks>
internal sealed class BernoulliGlmRawTask : ISbiTask
{
    /// <inheritdoc/>
    public string Name => "bernoulli_glm_raw";

    /// <inheritdoc/>
    public int ParameterDimension => BernoulliGlmSimulator.ParameterDimension;

    /// <inheritdoc/>
    public int DataDimension => BernoulliGlmSimulator.Steps;

    /// <inheritdoc/>
    public Tensor SamplePrior(long count, RandomStream random) => BernoulliGlmSimulator.SamplePrior(count, random);

    /// <inheritdoc/>
    public Tensor Simulate(Tensor parameters, RandomStream random) => BernoulliGlmSimulator.Spikes(parameters, random);

    /// <inheritdoc/>
    public Tensor? InSupport(Tensor parameters) => null;
}

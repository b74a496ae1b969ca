using FFF.Randomness;
using static TorchSharp.torch;

namespace FFF.Datasets.Sbi;

/// <summary>The benchmark's task bernoulli_glm: a neuron's filter, from sufficient statistics of its spikes.</summary>
/// <remarks><inheritdoc cref="BernoulliGlmSimulator" path="/remarks/node()"/></remarks>
internal sealed class BernoulliGlmTask : ISbiTask
{
    /// <inheritdoc/>
    public string Name => "bernoulli_glm";

    /// <inheritdoc/>
    public int ParameterDimension => BernoulliGlmSimulator.ParameterDimension;

    /// <inheritdoc/>
    public int DataDimension => BernoulliGlmSimulator.ParameterDimension;

    /// <inheritdoc/>
    public Tensor SamplePrior(long count, RandomStream random) => BernoulliGlmSimulator.SamplePrior(count, random);

    /// <inheritdoc/>
    public Tensor Simulate(Tensor parameters, RandomStream random)
    {
        using var spikes = BernoulliGlmSimulator.Spikes(parameters, random);
        return BernoulliGlmSimulator.Statistics(spikes);
    }

    /// <inheritdoc/>
    public Tensor? InSupport(Tensor parameters) => null;
}

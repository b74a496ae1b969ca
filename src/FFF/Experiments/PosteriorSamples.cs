using FFF.Datasets.Sbi;
using FFF.Flows;
using FFF.Randomness;
using static TorchSharp.torch;

namespace FFF.Experiments;

/// <summary>Samples of the posterior p(θ | x) that a flow has learnt, inside the prior's support.</summary>
public static class PosteriorSamples
{
    /// <summary>Draws θ given one observation; samples outside the support are drawn again.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="task">The task, whose prior's support counts.</param>
    /// <param name="observation">x, [C].</param>
    /// <param name="count">N.</param>
    /// <param name="seed">Of the samples.</param>
    /// <param name="stream">Tells draws of one seed apart, such as the observation's number.</param>
    /// <param name="temperature">T: latents are scaled by √T.</param>
    public static AcceptedSamples Draw(TrainedFlow flow, ISbiTask task, Tensor observation, long count, long seed, long stream, double temperature = 1)
    {
        var round = 0;
        return SupportRejection.Draw(
            wanted => flow.Sample(wanted, observation, NamedSeed.Derive(seed, "posterior", stream, round++), temperature), task.InSupport, count);
    }
}

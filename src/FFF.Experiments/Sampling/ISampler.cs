using FFF.Datasets;
using FFF.Flows;
using static TorchSharp.torch;

namespace FFF.Sampling;

/// <summary>What is to be drawn.</summary>
public sealed record SampleRequest
{
    /// <summary>N.</summary>
    public required long Count { get; init; }

    /// <summary>One condition for all, [C], or one each, [N, C]; null where the density has none.</summary>
    public Tensor? Condition { get; init; }

    /// <summary>T: latents are scaled by √T.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>The same seed draws the same.</summary>
    public required long Seed { get; init; }

    /// <summary>Tells draws of one seed apart, such as the observation's number.</summary>
    public long Stream { get; init; }

    /// <summary>Whether the log-densities are wanted too.</summary>
    public bool LogProb { get; init; }

    /// <summary>Whether each sample is the best of several, whose log-density is not known; all are taken as they are drawn if null.</summary>
    public CandidateChoice? Choice { get; init; }
}

/// <summary>What was drawn.</summary>
/// <param name="Values">
/// The samples, [N, D], in the data's own units, in the type of the training data: float64 of tables, float32 of all others; the caller's.
/// </param>
/// <param name="LogProb">The log-density that each was drawn from, [N], float64; null if not asked for. Inside a support it is normalised there.</param>
/// <param name="AcceptedShare">The share of all samples that lay in the support; null where there is none.</param>
public sealed record DrawnSamples(Tensor Values, Tensor? LogProb = null, double? AcceptedShare = null)
{
    /// <summary>
    /// The sign of the decoder's determinant at each, 0 where it is near-singular, [N] (<see cref="Orientation"/>): where the decoder folds the
    /// log-density is not exact. Null without log-densities, and for flows that cannot fold.
    /// </summary>
    public Tensor? Sign { get; init; }

    /// <summary>The row of the conditions that each was drawn for, [N], int64; null where that is not asked for.</summary>
    public Tensor? Row { get; init; }
}

/// <summary>Draws samples of a conditional density.</summary>
public interface ISampler
{
    /// <summary>Draws as many as were asked for.</summary>
    /// <exception cref="ArgumentException">The condition does not fit.</exception>
    /// <exception cref="CandidateException">The criterion tells nothing of this flow's samples.</exception>
    /// <exception cref="DatasetException">Hardly any sample lies in the support.</exception>
    DrawnSamples Draw(SampleRequest request);
}

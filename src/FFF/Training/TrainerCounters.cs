using System.Text.Json.Serialization;
using FFF.Flows;

namespace FFF.Training;

/// <summary>The numbers of a trainer's state, which together with its tensors make a resumed run exact.</summary>
public sealed record TrainerCounters
{
    /// <summary>Steps done; data order and random numbers follow from it.</summary>
    public long Step { get; init; }

    /// <summary>Updates the optimiser made.</summary>
    public long Updates { get; init; }

    /// <summary>Updates up to the last good state.</summary>
    public long GoodUpdates { get; init; }

    /// <summary>Steps skipped because of a loss that was not finite.</summary>
    public long Skipped { get; init; }

    /// <summary>Steps whose loss was far above what it had been, a <see cref="LossLevel"/> tells how far.</summary>
    public long Spikes { get; init; }

    /// <summary>Steps in a row that were skipped or spikes.</summary>
    public int BadInARow { get; init; }

    /// <summary>Where the loss has been, spikes left out.</summary>
    public LossLevel Level { get; init; }

    /// <summary>Returns to the last good state.</summary>
    public int Returns { get; init; }

    /// <summary>The learning rate's factor from returns and plateaus.</summary>
    public double RateFactor { get; init; } = 1;

    /// <summary>The best validation objective.</summary>
    public double Best { get; init; } = double.PositiveInfinity;

    /// <summary>Validations in a row that have not improved it.</summary>
    public int SinceBest { get; init; }

    /// <summary>The same since the plateau schedule last lowered the rate.</summary>
    public int SincePlateau { get; init; }

    /// <summary>Sums over this epoch's steps: loss, the objective's terms, gradient norm; and their number.</summary>
    public StepSums Sums { get; init; }

    /// <summary>The same over the steps since β last moved by itself; nothing where a schedule moves it.</summary>
    public StepSums SinceBeta { get; init; }

    /// <summary>The weight of the reconstruction that training has come to by itself; null where a schedule tells it.</summary>
    public double? Beta { get; init; }

    /// <summary>What the last validation that had both likelihoods told of them; null before.</summary>
    public HeldOutLikelihoods? HeldOut { get; init; }

    /// <summary>Whether early stopping ended the run.</summary>
    public bool Stopped { get; init; }

    /// <summary>With one more update.</summary>
    internal TrainerCounters With(StepOutcome step) =>
        this with { Updates = Updates + 1, Sums = Sums.Add(step), SinceBeta = Beta is null ? default : SinceBeta.Add(step) };
}

/// <summary>Sums over steps; null for what the method has no value for.</summary>
public readonly record struct StepSums(double Loss, double? LatentNll, double? Reconstruction, double GradientNorm, long Count)
{
    /// <summary>The sum of the squared distances of J_g J_f from 1, over the steps whose surrogate told them.</summary>
    public double InverseErrorSum { get; init; }

    /// <summary>How many steps these are.</summary>
    public long InverseErrorCount { get; init; }

    /// <summary>The root of their mean; null where there were none.</summary>
    [JsonIgnore]
    public double? InverseError => InverseErrorCount == 0 ? null : Math.Sqrt(InverseErrorSum / InverseErrorCount);

    /// <summary>With one more step.</summary>
    public StepSums Add(double loss, double? latentNll, double? reconstruction, double gradientNorm) =>
        this with
        {
            Loss = Loss + loss,
            LatentNll = (LatentNll ?? 0) + latentNll,
            Reconstruction = (Reconstruction ?? 0) + reconstruction,
            GradientNorm = GradientNorm + gradientNorm,
            Count = Count + 1,
        };

    /// <summary>With one more step.</summary>
    internal StepSums Add(StepOutcome step)
    {
        var sums = Add(step.Loss, step.LatentNll, step.Reconstruction, step.GradientNorm);
        return step.InverseError is { } error
            ? sums with { InverseErrorSum = InverseErrorSum + error, InverseErrorCount = InverseErrorCount + 1 }
            : sums;
    }
}

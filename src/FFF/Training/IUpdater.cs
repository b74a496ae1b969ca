namespace FFF.Training;

/// <summary>How a step went, once it has been read.</summary>
/// <param name="Loss">The objective.</param>
/// <param name="GradientNorm">Before clipping.</param>
/// <param name="LatentNll">Null where the objective has none.</param>
/// <param name="Reconstruction">Null where it has none.</param>
/// <param name="InverseError">Null where it has none.</param>
internal readonly record struct StepOutcome(double Loss, double GradientNorm, double? LatentNll, double? Reconstruction, double? InverseError = null)
{
    /// <summary>Whether the step is made; one that is not changes nothing.</summary>
    public bool IsFinite => double.IsFinite(Loss) && double.IsFinite(GradientNorm);

    /// <summary>From a step's <see cref="StepNumbers.Values"/>.</summary>
    public static StepOutcome Of(ReadOnlySpan<double> values, StepTerms has)
    {
        var next = 2;
        double? Term(StepTerms term, ReadOnlySpan<double> all) => has.HasFlag(term) ? all[next++] : null;
        return new(values[0], values[1], Term(StepTerms.LatentNll, values), Term(StepTerms.Reconstruction, values), Term(StepTerms.InverseError, values));
    }
}

/// <summary>What follows a gradient: whether the step is made, clipping, and the update.</summary>
internal interface IUpdater : IDisposable
{
    /// <summary>Steps whose outcome has not been taken.</summary>
    int Unread { get; }

    /// <summary>Makes a step whose gradient is in the trainer's buffer, or nothing where loss or gradient are not finite.</summary>
    /// <param name="step">How it went so far.</param>
    /// <param name="rates">What the schedules give it.</param>
    void Make(StepNumbers step, StepRates rates);

    /// <summary>Takes the outcomes of the steps since the last time, in their order.</summary>
    IReadOnlyList<StepOutcome> Read();
}

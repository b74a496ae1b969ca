using FFF.Training;

namespace FFF.Cli.Rendering;

/// <summary>The words for a training's progress; remembers the last validation, which not every epoch has.</summary>
internal sealed class TrainingText(int epochs)
{
    private ValidationMetrics? _validation;

    /// <summary>Takes note of a validation; must be told every step, since only the steps of one epoch carry it.</summary>
    public void Note(in TrainingProgress progress) => _validation = progress.Last?.Validation ?? _validation;

    /// <summary>The epoch and how many there are.</summary>
    public string Epoch(in TrainingProgress progress) => $"epoch {progress.Epoch}/{epochs}";

    /// <summary>How long it will take.</summary>
    public static string Remaining(in TrainingProgress progress) => $"{Words.Duration(progress.Remaining)} left";

    /// <summary>Rate and loss, as far as they are known.</summary>
    public static IEnumerable<string> Metrics(TrainingProgress progress)
    {
        yield return $"{Words.Count((long)progress.SamplesPerSecond)} samples/s";
        if (progress.Last is { } last)
        {
            yield return $"loss {Words.Number(last.Loss)}";
            if (last.Reconstruction is { } reconstruction)
            {
                yield return $"reconstruction {Words.Number(reconstruction, 3)}";
            }

            if (last.SkippedSteps > 0)
            {
                yield return $"{last.SkippedSteps} steps skipped";
            }
        }

    }

    /// <summary>The last validation, if there was one.</summary>
    public IEnumerable<string> Validation() => _validation is { } validation
        ? [$"validation: NLL {Words.Fixed(validation.Nll, 4)}, reconstruction {Words.Number(validation.Reconstruction, 3)}"]
        : [];
}

using FFF.Devices;
using static TorchSharp.torch;

namespace FFF.Evaluations;

/// <summary>How far an evaluation has come.</summary>
/// <param name="Title">What is being done, such as evaluation.</param>
/// <param name="Details">Where it stands.</param>
/// <param name="Share">The share that is done, from 0 to 1.</param>
public readonly record struct EvaluationProgress(string Title, string Details, double Share);

/// <summary>How an evaluation meets its surroundings.</summary>
public sealed record EvaluationWork
{
    /// <summary>Is told the progress.</summary>
    public IProgress<EvaluationProgress>? Progress { get; init; }

    /// <summary>Is told what does no harm but should be known.</summary>
    public Action<string>? Warn { get; init; }

    /// <summary>Where what has no flow is computed; the CPU if left out.</summary>
    public Device? Device { get; init; }

    /// <summary>Asks the evaluation to stop, with an <see cref="OperationCanceledException"/>; nothing is kept then.</summary>
    public CancellationToken Stop { get; init; }

    /// <summary>Takes the progress of some work; <see cref="Stop"/> is for the work itself.</summary>
    /// <param name="words">The progress in words.</param>
    public IProgress<T> Watch<T>(Func<T, EvaluationProgress> words) => new Watcher<T>(this, words);

    /// <summary>Takes the share that is done of a part of an evaluation; null where nobody is told.</summary>
    /// <param name="part">What the part is.</param>
    internal Action<double>? Told(string part) => Progress is null ? null : share => Progress.Report(new("evaluation", part, share));

    /// <summary>Does work that may need more memory than there is.</summary>
    /// <param name="device">Where it is done.</param>
    /// <param name="purpose">What there was not enough memory for.</param>
    /// <param name="advice">What to do then.</param>
    /// <param name="work">The work.</param>
    /// <exception cref="MemoryException">There was not enough.</exception>
    public static T InMemory<T>(Device device, string purpose, string advice, Func<T> work) =>
        MemoryShortage.Told(work, () => $"there is not enough memory on {DeviceName.Of(device)} for {purpose}: {advice}.");

    private sealed class Watcher<T>(EvaluationWork work, Func<T, EvaluationProgress> words) : IProgress<T>
    {
        public void Report(T value) => work.Progress?.Report(words(value));
    }
}

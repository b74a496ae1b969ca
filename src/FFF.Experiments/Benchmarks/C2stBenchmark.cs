using System.Diagnostics;
using FFF.Configuration;
using FFF.Datasets.Sbi;
using FFF.Devices;
using FFF.Evaluation;
using static TorchSharp.torch;

namespace FFF.Benchmarks;

/// <summary>How fast the two-sample test is.</summary>
/// <param name="Pairs">Pairs of samples that were tested together.</param>
/// <param name="Samples">Samples per side of each pair.</param>
/// <param name="Seconds">For all pairs and folds.</param>
/// <param name="MeanAccuracy">The mean over the pairs; both sides are of one distribution, so about 0.5.</param>
/// <param name="Threads">Threads of the arithmetic on a CPU.</param>
/// <param name="Device">Where it ran.</param>
internal sealed record C2stTiming(int Pairs, long Samples, double Seconds, double MeanAccuracy, int Threads, string Device);

/// <summary>Times the two-sample test on the two halves of each of the ten reference posteriors of two_moons.</summary>
internal static class C2stBenchmark
{
    /// <summary>Runs the test once.</summary>
    /// <param name="device">Where.</param>
    /// <param name="progress">Told after each epoch of the classifiers.</param>
    /// <param name="stop">Asks to stop, with an <see cref="OperationCanceledException"/>.</param>
    public static C2stTiming Run(Device device, IProgress<C2stProgress>? progress = null, CancellationToken stop = default)
    {
        using var scope = NewDisposeScope();
        var task = new TwoMoonsTask();
        var pairs = Enumerable.Range(1, ObservationList.Count).Select(observation =>
        {
            var posterior = ReferenceData.Posterior(task, observation);
            var half = posterior.shape[0] / 2;
            return (posterior.narrow(0, 0, half), posterior.narrow(0, half, half));
        }).ToArray();
        var clock = Stopwatch.StartNew();
        var scores = C2st.Run(pairs, new C2stOptions { Device = device }, progress, stop);
        return new(pairs.Length, pairs[0].Item1.shape[0], clock.Elapsed.TotalSeconds, scores.Average(s => s.Accuracy), get_num_threads(),
            DeviceName.Of(device));
    }
}

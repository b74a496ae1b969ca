using System.Diagnostics;
using FFF.Datasets;
using FFF.Runs;
using FFF.Sampling;
using static TorchSharp.torch;

namespace FFF.Sweeps;

/// <summary>How fast a run draws samples.</summary>
internal static class SamplingRate
{
    private const long Samples = 10_000;
    private const long Before = 1_000;

    /// <summary>Samples per second, given the mean condition of the training data; null where hardly any lies inside of the prior.</summary>
    /// <param name="folder">The run.</param>
    public static double? Of(RunFolder folder)
    {
        using var scope = NewDisposeScope();
        using var run = LoadedRun.Load(folder, "best", CPU);
        var sampler = new RunSampler(run);
        var condition = run.Flow.ConditionDimension > 0 ? run.Flow.ConditionMean : null;
        SampleRequest Request(long count) => new() { Count = count, Seed = run.Experiment.Seed, Condition = condition };
        try
        {
            // The first draw compiles and allocates.
            sampler.Draw(Request(Before)).Values.Dispose();
            var clock = Stopwatch.StartNew();
            sampler.Draw(Request(Samples)).Values.Dispose();
            return Samples / clock.Elapsed.TotalSeconds;
        }
        catch (DatasetException)
        {
            return null;
        }
    }
}

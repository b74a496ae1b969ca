using System.Diagnostics;
using FFF.Configuration;
using FFF.Datasets;
using FFF.Datasets.Molecules;
using FFF.Datasets.Particles;
using FFF.Flows;
using FFF.Randomness;
using FFF.Runs;
using FFF.Spaces;
using FFF.Training;
using static TorchSharp.torch;

namespace FFF.Benchmarks;

/// <summary>
/// Peak memory of validation, sampling and evaluation of a configuration, on random data of its shape, with rows enough that
/// every part is of its full size. On Linux, whose peak can be reset.
/// </summary>
internal static class EvaluationMemory
{
    private const int Rows = 3000;

    /// <summary>A sample without its density takes far less than one with it.</summary>
    private const int SampledPerRow = 16;

    public static void Print(string file, int rows = Rows)
    {
        var experiment = ExperimentFile.Load([file], []);
        using var random = new RandomStream(0);
        var samples = SamplesOf(experiment, random);
        using var flow = ExperimentModel.Create(experiment, samples, CPU);
        var held = samples.Select(arange(Math.Min(rows, samples.Count)));
        var condition = samples.Condition?[0];
        var validator = new Validator(flow.Transformed(held).Samples, flow.Settings, 0, flow.Objective.FinalBeta);
        var parts = new List<string>
        {
            Peak(() => validator.Validate(flow.Flow)),
            Peak(() => flow.Sample(SampledPerRow * rows, condition, 1)),
            flow.Flow is IExactDensity ? Peak(() => flow.SampleWithLogProb(rows, condition, 1)) : "",
        };
        Console.WriteLine($"| {Path.GetFileNameWithoutExtension(file)} | {string.Join(" | ", parts)} |");
    }

    private static IRows SamplesOf(Experiment experiment, RandomStream random)
    {
        if (experiment.Data is ParticleData particles && ParticleSystems.Of(particles) is { Shape: var shape })
        {
            return new Samples(2 * MeanFree.Normal(Rows, shape, float32, random), null) { Space = shape };
        }

        if (experiment.Data is MoleculeData)
        {
            return DatasetFactory.Create(new MoleculeData { Source = MoleculeSource.Qm7 }, 0).Train;
        }

        return DatasetFactory.Create(experiment.Data, 0).Train;
    }

    /// <summary>Peak memory of the process while something is done, without what it had before, and how long that took.</summary>
    private static string Peak(Action action)
    {
        using var scope = NewDisposeScope();
        var clock = new Stopwatch();
        var peak = PeakMemory.Of(() =>
        {
            clock.Start();
            action();
        });
        return FormattableString.Invariant($"{peak!.Value / (double)(1 << 30):F2} GiB, {clock.Elapsed.TotalSeconds:F0} s");
    }
}

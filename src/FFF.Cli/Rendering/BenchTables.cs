using FFF.Benchmarks;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace FFF.Cli.Rendering;

/// <summary>Timings for people.</summary>
internal static class BenchTables
{
    public static IRenderable Of(IReadOnlyList<TrainStepTiming> timings)
    {
        var table = Tables.Create(("surrogate", Justify.Left), ("ms per step", Justify.Right), ("samples/s", Justify.Right), ("of the limit", Justify.Right));
        foreach (var timing in timings)
        {
            table.Row(timing.Variant, Words.Fixed(timing.MsPerStep, 2), Words.Count((long)timing.SamplesPerSecond), Words.Percent(timing.RoofFraction));
        }

        var data = timings[0];
        return new Rows(table, Tables.Pairs(
        [
            ("workload", $"{data.Workload}: {Words.Count(data.Parameters)} parameters, batches of {Words.Count(data.Batch)}"),
            ("device", $"{data.Device}, {Words.Threads(data.Threads)}"),
            ("limit", $"{Words.Count((long)data.RoofGflops)} GFLOP/s, a large matrix product on the same threads"),
            ("repeats", $"medians of {data.Repeats.Count}"),
        ]));
    }

    public static IRenderable Of(C2stTiming timing) => Tables.Pairs(
    [
        ("time", $"{Words.Fixed(timing.Seconds, 2)} s for {timing.Pairs} pairs of {Words.Count(timing.Samples)} samples each"),
        ("mean C2ST", $"{Words.Fixed(timing.MeanAccuracy, 4)} (both sides are of one distribution: about 0.5)"),
        ("device", $"{timing.Device}, {Words.Threads(timing.Threads)}"),
    ]);
}

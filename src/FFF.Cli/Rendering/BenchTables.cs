using FFF.Benchmarks;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace FFF.Cli.Rendering;

/// <summary>Timings for people.</summary>
internal static class BenchTables
{
    public static IRenderable Of(TrainStepTiming timing)
    {
        var table = Tables.Create(("surrogate", Justify.Left), ("ms per step", Justify.Right), ("samples/s", Justify.Right), ("of the limit", Justify.Right));
        foreach (var variant in timing.Variants)
        {
            table.Row(variant.Variant, Words.Fixed(variant.MsPerStep, 2), Words.Count((long)variant.SamplesPerSecond), Words.Percent(variant.RoofFraction));
        }

        var parts = timing.Parts;
        string Part(double ms) => $"{Words.Fixed(ms, 2)} ms ({Words.Percent(ms / timing.MsPerStep)})";
        return new Rows(table, Tables.Pairs(
        [
            ("encoder", Part(parts.Encoder)),
            ("decoder", Part(parts.Decoder)),
            ("backward", Part(parts.Backward)),
            ("optimiser", Part(parts.Optimizer)),
            ("workload", $"{timing.Workload}: {Words.Count(timing.Parameters)} parameters, batches of {Words.Count(timing.Batch)}"),
            ("device", $"{timing.Device}, {Words.Threads(timing.Threads)}"),
            .. timing.Launches is { } launches ? [("graph", $"{Words.Count(launches)} operations of a step are one launch")] : Array.Empty<(string, string)>(),
            ("limit", $"{Words.Count((long)timing.RoofGflops)} GFLOP/s, a large matrix product on the same threads"),
            ("repeats", $"medians of {timing.Repeats}"),
        ]));
    }

    public static IRenderable Of(C2stTiming timing) => Tables.Pairs(
    [
        ("time", $"{Words.Fixed(timing.Seconds, 2)} s for {timing.Pairs} pairs of {Words.Count(timing.Samples)} samples each"),
        ("mean C2ST", $"{Words.Fixed(timing.MeanAccuracy, 4)} (both sides are of one distribution: about 0.5)"),
        ("device", $"{timing.Device}, {Words.Threads(timing.Threads)}"),
    ]);
}

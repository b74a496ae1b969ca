using System.Globalization;
using FFF.Benchmarks;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace FFF.Cli.Rendering;

/// <summary>Timings for people.</summary>
internal static class BenchTables
{
    public static IRenderable Of(TrainStepTiming timing)
    {
        var table = Tables.Create(("step", Justify.Left), ("ms per step", Justify.Right), ("samples/s", Justify.Right), ("of the limit", Justify.Right),
            ("operations", Justify.Right));
        foreach (var variant in timing.Variants)
        {
            table.Row(variant.Variant, Words.Fixed(variant.MsPerStep, 2), Words.Count((long)variant.SamplesPerSecond), Words.Percent(variant.RoofFraction),
                variant.Operations is { } operations ? Words.Count(operations) : "–");
        }

        string Part(double ms) => $"{Words.Fixed(ms, 2)} ms ({Words.Percent(ms / timing.MsPerStep)})";
        (string, string)[] parts = timing.Parts is { } of
            ? [("encoder", Part(of.Encoder)), ("decoder", Part(of.Decoder)), ("backward", Part(of.Backward)), ("optimiser", Part(of.Optimizer))]
            : [("graph", $"{Words.Count(timing.Launches!.Value)} operations of a step are one launch")];
        return new Rows(table, Tables.Pairs(
        [
            .. parts,
            ("workload", $"{timing.Workload}: {Words.Count(timing.Parameters)} parameters, batches of {Words.Count(timing.Batch)}"),
            ("device", $"{timing.Device}, {Words.Threads(timing.Threads)}"),
            ("kernels", string.Join(", ", timing.Kernels) + (timing.VectorBits is { } bits ? $"; vectors of {bits} bits" : "")),
            ("reads", $"{timing.HostReads.ToString("0.##", CultureInfo.InvariantCulture)} of a step's numbers by the host"),
            ("memory", timing.PeakMemoryBytes is { } bytes ? $"{Words.Bytes(bytes)} more at the peak of the data form" : "not measured here"),
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

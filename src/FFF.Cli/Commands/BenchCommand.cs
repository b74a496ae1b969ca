using System.CommandLine;
using System.Text.Json;
using FFF.Benchmarks;
using FFF.Cli.Parsing;
using FFF.Cli.Rendering;
using FFF.Experiments;
using FFF.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace FFF.Cli.Commands;

/// <summary><c>fff bench train-step|c2st</c></summary>
internal static class BenchCommand
{
    public static Command Create() => new("bench", "Measures how fast the program is on this machine.") { TrainStep(), TwoSampleTest() };

    private static ExampledCommand TrainStep()
    {
        var workload = new Option<string>("--workload") { Description = "What is trained: sbi, the network of the paper's inference experiment.", HelpName = "NAME", DefaultValueFactory = _ => "sbi" };
        workload.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && token.Value != "sbi")
            {
                result.AddError($"--workload: expected sbi, found '{token.Value}'.");
            }
        });
        var device = CommonOptions.Device();
        var batch = Positive("--batch", "Samples per step; 128 if left out.");
        var threads = Positive("--threads", "Threads on a CPU; if left out, 1, 2, 4 and so on up to all cores are tried, and the best is reported.");
        var steps = Positive("--steps", "Steps per repeat; 20 if left out.");
        var repeats = Positive("--repeats", "Repeats, whose median counts; 9 if left out.");
        var json = CommonOptions.Json();
        var command = new ExampledCommand("train-step", "Times training steps, by each way to compute the surrogate of log|det J|.",
            "fff bench train-step", "fff bench train-step --workload sbi --threads 1 --json", "fff bench train-step --device cuda --batch 4096")
        {
            workload, device, batch, threads, steps, repeats, json,
        };
        command.SetAction(parsed =>
        {
            Libtorch.Load();
            var where = ComputeDevice.Resolve(parsed.GetRequiredValue(device));
            var best = Candidates(where, parsed.GetValue(threads))
                .Select(count => TrainStepBenchmark.Run(where, parsed.GetValue(batch) ?? 128, parsed.GetValue(steps) ?? 20, parsed.GetValue(repeats) ?? 9, count))
                .Select(Told)
                .MinBy(timings => timings[0].MsPerStep)!;
            if (parsed.GetValue(json))
            {
                Console.Out.WriteLine(JsonSerializer.Serialize(Result(best), ResultJson.Default.TrainStepResult));
            }
            else
            {
                Screen.Out.Write(BenchTables.Of(best));
            }
        });
        return command;
    }

    private static ExampledCommand TwoSampleTest()
    {
        var (device, json) = (CommonOptions.Device(), CommonOptions.Json());
        var command = new ExampledCommand("c2st", "Times the classifier two-sample test on the halves of ten reference posteriors of two_moons.", "fff bench c2st --json") { device, json };
        command.SetAction(parsed =>
        {
            Libtorch.Load();
            var where = ComputeDevice.Resolve(parsed.GetRequiredValue(device));
            using var interruption = new Interruption("Stopping.");
            var view = new ClassifierView(interruption.Token);
            var timing = view.Show(() => C2stBenchmark.Run(where, view));
            if (parsed.GetValue(json))
            {
                var result = new C2stBenchmarkResult("c2st", timing.Seconds, timing.Pairs, timing.Samples, timing.MeanAccuracy, timing.Threads, timing.Device);
                Console.Out.WriteLine(JsonSerializer.Serialize(result, ResultJson.Default.C2stBenchmarkResult));
            }
            else
            {
                Screen.Out.Write(BenchTables.Of(timing));
            }
        });
        return command;
    }

    private static Option<int?> Positive(string name, string description) => CommonOptions.Number<int>(name, description, n => n > 0, "a whole number above 0");

    /// <summary>The numbers of threads to try; on a GPU they do not matter.</summary>
    private static IEnumerable<int?> Candidates(Device device, int? threads)
    {
        if (threads is not null || device.type != DeviceType.CPU)
        {
            return [threads];
        }

        var cores = Environment.ProcessorCount;
        return Enumerable.Range(0, 31).Select(power => 1 << power).TakeWhile(count => count < cores).Append(cores).Select(count => (int?)count);
    }

    private static IReadOnlyList<TrainStepTiming> Told(IReadOnlyList<TrainStepTiming> timings)
    {
        var data = timings[0];
        Console.Error.WriteLine($"{Words.Threads(data.Threads)}: {Words.Fixed(data.MsPerStep, 2)} ms per step, {data.Variant}");
        return timings;
    }

    private static TrainStepResult Result(IReadOnlyList<TrainStepTiming> timings)
    {
        var data = timings[0];
        return new(
            data.Workload, data.MsPerStep, data.SamplesPerSecond, data.RoofFraction, data.Threads, data.Device, data.Batch, data.Parameters, data.RoofGflops,
            [.. timings.Select(t => new TrainStepVariant(t.Variant, t.MsPerStep, t.SamplesPerSecond, t.RoofFraction))]);
    }
}

using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using FFF.Benchmarks;
using FFF.Cli.Parsing;
using FFF.Cli.Rendering;
using FFF.Devices;
using FFF.Evaluation;
using FFF.Evaluations;
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
        var workload = new Option<string>("--workload")
        {
            Description = $"What is trained: {string.Join("; ", Workload.All.Select(w => $"{w.Name}, {w.Description}"))}.",
            HelpName = string.Join('|', Workload.All.Select(w => w.Name)),
            DefaultValueFactory = _ => "sbi",
        };
        workload.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && Workload.All.All(w => w.Name != token.Value))
            {
                result.AddError($"--workload: expected one of {string.Join(", ", Workload.All.Select(w => w.Name))}, found '{token.Value}'.");
            }
        });
        var device = CommonOptions.Device();
        var batch = Positive("--batch", "Samples per step; the paper's if left out.");
        var threads = new Option<int?>("--threads")
        {
            Description = "Threads on a CPU, or auto, as many as a training takes by itself; if left out, 1, 2, 4 and so on up to all cores are tried, and the "
                + "best is reported.",
            HelpName = "N|auto",
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                if (text == "auto")
                {
                    return TrainStepBenchmark.AsInTraining;
                }

                if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is > 0 and <= 4096)
                {
                    return count;
                }

                result.AddError($"--threads: expected a whole number above 0, or auto, found '{text}'.");
                return null;
            },
        };
        var steps = Positive("--steps", "Steps per repeat; so many that a repeat takes about a second if left out.");
        var repeats = Positive("--repeats", "Repeats, whose median counts; 9 if left out.");
        var alone = new Option<bool>("--alone") { Description = "Leaves out the ways that a step is compared with." };
        var json = CommonOptions.Json();
        var command = new ExampledCommand("train-step",
            "Times training steps and their parts; for sbi also by each way to compute the surrogate of log|det J|.",
            "fff bench train-step", "fff bench train-step --workload dw4 --threads 1 --json", "fff bench train-step --threads auto",
            "fff bench train-step --device cuda --batch 4096")
        {
            workload, device, batch, threads, steps, repeats, alone, json,
        };
        command.SetAction(parsed =>
        {
            Libtorch.Load();
            var chosen = Workload.All.Single(w => w.Name == parsed.GetRequiredValue(workload));
            var where = ComputeDevice.Choose(DeviceChoices.Request(parsed.GetRequiredValue(device)), chosen.Step(parsed.GetValue(batch) ?? chosen.BatchSize));
            var best = Candidates(where, parsed.GetValue(threads))
                .Select(count => TrainStepBenchmark.Run(chosen, where, parsed.GetValue(batch), parsed.GetValue(steps), parsed.GetValue(repeats) ?? 9, count,
                    parsed.GetValue(alone)))
                .Select(Told)
                .MinBy(timing => timing.MsPerStep)!;
            if (parsed.GetValue(json))
            {
                Console.Out.WriteLine(JsonSerializer.Serialize(best, ResultJson.Default.TrainStepTiming));
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
        var command = new ExampledCommand("c2st", "Times the classifier two-sample test on the halves of ten reference posteriors of two_moons.",
            "fff bench c2st --json") { device, json };
        command.SetAction(parsed =>
        {
            Libtorch.Load();
            var where = DeviceChoices.ForManySmallOperations(parsed.GetRequiredValue(device));
            using var interruption = new Interruption("Stopping.");
            var view = new EvaluationView();
            var work = new EvaluationWork { Progress = view };
            var progress = work.Watch((C2stProgress done) => new("c2st", $"epoch {done.Epoch}, {done.Finished} of {done.Total} classifiers trained",
                (double)done.Finished / done.Total));
            var timing = Interruption.Stoppable(() => view.Show(() => C2stBenchmark.Run(where, progress, interruption.Token)));
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

        var cores = get_num_threads();
        return Enumerable.Range(0, 31).Select(power => 1 << power).TakeWhile(count => count < cores).Append(cores).Select(count => (int?)count);
    }

    private static TrainStepTiming Told(TrainStepTiming timing)
    {
        Console.Error.WriteLine($"{Words.Threads(timing.Threads)}: {Words.Fixed(timing.MsPerStep, 2)} ms per step, {timing.Variants[0].Variant}");
        return timing;
    }
}

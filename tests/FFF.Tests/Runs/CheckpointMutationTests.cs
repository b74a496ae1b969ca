using System.Diagnostics;
using FFF.Configuration;
using FFF.Datasets.Toy;
using FFF.Experiments;
using FFF.Flows;
using FFF.Formats;
using FFF.Networks;
using FFF.Randomness;
using FFF.Runs;
using FFF.Tests.Formats;
using FFF.Training;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Runs;

/// <summary>Whatever the bytes, a checkpoint is either read or refused with an explanation that names the file.</summary>
public sealed class CheckpointMutationTests : IDisposable
{
    private static int Mutants => LongRun.Times(500, 5000);

    /// <summary>Bounds that only an endless loop or an allocation by a number in the file exceeds.</summary>
    private const long MaxBytes = 1L << 26;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder _root = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    private readonly Experiment _experiment = new()
    {
        Name = "small",
        Data = new ToyData { Distribution = ToyDistribution.TwoMoons, Samples = 40 },
        Method = new FreeFormMethod { Flow = new FlowConfig { Network = new DenseOptions { Widths = [3] } } },
        Training = new TrainingConfig { Epochs = 1, BatchSize = 16, Ema = 0.9, Device = "cpu" },
    };

    public void Dispose()
    {
        _scope.Dispose();
        _root.Dispose();
    }

    [Fact]
    public void MutatedCheckpointsAreReadOrRefused()
    {
        RunFolder folder;
        using (var run = new TrainingRun(_experiment, new TrainingRunOptions { RunsRoot = _root.Path }))
        {
            folder = run.Start().Folder;
        }

        var random = new Random((int)NamedSeed.Derive(0, "mutated checkpoints"));
        var mutator = new CheckpointMutator(random);
        var whole = Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories).ToDictionary(file => file, File.ReadAllBytes);
        var state = Assert.Single(whole.Keys, file => file.Contains(".state."));
        var (refused, resumed) = (0, 0);
        for (var i = 0; i < Mutants; i++)
        {
            var file = random.Next(3) == 0 ? state : folder.LastCheckpoint;
            File.WriteAllBytes(file, mutator.Mutate(whole[file]));
            var (allocated, clock) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.StartNew());
            if (IsRefused(() => Checkpoint.Load(folder.LastCheckpoint, withState: true)) | IsRefused(() => LoadedRun.Load(folder, "last", CPU).Dispose()))
            {
                refused++;
            }
            else
            {
                resumed += IsRefused(() => Resume(folder)) ? 0 : 1;
                Restore(folder, whole);
            }

            Assert.True(GC.GetAllocatedBytesForCurrentThread() - allocated < MaxBytes && clock.Elapsed < Longest, $"mutant {i} took {clock.Elapsed}");
            File.WriteAllBytes(file, whole[file]);
        }

        Assert.InRange(refused, Mutants / 2, Mutants - 1);
        Assert.NotEqual(0, resumed);
    }

    private void Resume(RunFolder folder)
    {
        using var run = new TrainingRun(_experiment, new TrainingRunOptions { RunsRoot = _root.Path });
        try
        {
            run.Resume(folder);
        }
        catch (DivergedException)
        {
            // Weights that are numbers, though none that training gives.
        }
    }

    private static void Restore(RunFolder folder, Dictionary<string, byte[]> whole)
    {
        Directory.Delete(folder.CheckpointFolder, recursive: true);
        Directory.CreateDirectory(folder.CheckpointFolder);
        foreach (var (file, bytes) in whole)
        {
            File.WriteAllBytes(file, bytes);
        }
    }

    // Every other exception fails the test by itself.
    private bool IsRefused(Action read)
    {
        using var scope = NewDisposeScope();
        try
        {
            read();
            return false;
        }
        catch (FileReadException error)
        {
            Assert.StartsWith(_root.Path, error.Message);
            return true;
        }
    }
}

using FFF.Datasets.Particles;
using FFF.Formats;
using FFF.Tests.Formats;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Datasets.Particles;

public sealed class LogPartitionCacheTests : IDisposable
{
    private static readonly AnnealingSettings Settings = new() { Chains = 10, Steps = 5 };

    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly List<string> _warnings = [];
    private readonly Harmonic _system = new(3, 2, 2, 1);

    private LogPartitionCache Cache => new(_folder["cache"], _warnings.Add);

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void AnEstimateIsMadeOnceForItsSettings()
    {
        var made = Cache.Get(_system, 1, Settings);
        Assert.Equal(AnnealedImportanceSampling.Estimate(_system, 1, Settings), made);
        var steps = 0;
        Assert.Equal(made, Cache.Get(_system, 1, Settings, progress: new Counter(() => steps++)));
        Assert.Equal(0, steps);
        Assert.Single(Directory.GetFiles(_folder["cache"]));

        foreach (var (seed, other) in new[]
        {
            (2, Settings),
            (1, Settings with { Chains = 11 }),
            (1, Settings with { Steps = 6 }),
            (1, Settings with { LeapfrogSteps = 4 }),
        })
        {
            Assert.NotEqual(made, Cache.Get(_system, seed, other));
        }

        Assert.Equal(5, Directory.GetFiles(_folder["cache"]).Length);
        Assert.Empty(_warnings);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("no estimate")]
    public void ADamagedEstimateIsMadeAgain(string content)
    {
        var made = Cache.Get(_system, 1, Settings);
        var path = Assert.Single(Directory.GetFiles(_folder["cache"]));
        var (tensors, metadata) = Safetensors.Read(path);
        var notes = metadata.Where(note => note.Key != Safetensors.ChecksumKey).ToDictionary();
        Assert.True(notes.ContainsKey("log_partition"));
        notes["log_partition"] = content;
        Safetensors.Write(path, tensors, notes);
        Assert.Equal(made, Cache.Get(_system, 1, Settings));
        Assert.Contains(path, Assert.Single(_warnings), StringComparison.Ordinal);
    }

    private sealed class Counter(Action count) : IProgress<SamplingProgress>
    {
        public void Report(SamplingProgress value) => count();
    }
}

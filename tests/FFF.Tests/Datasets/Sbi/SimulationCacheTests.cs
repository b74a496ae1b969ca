using FFF.Datasets;
using FFF.Datasets.Sbi;
using FFF.Formats;
using FFF.Native;
using FFF.Randomness;
using FFF.Tests.Formats;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Datasets.Sbi;

public sealed class SimulationCacheTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly List<string> _warnings = [];
    private readonly CountingTask _task = new();

    public static TheoryData<string> Names => [.. SbiTasks.Names];

    private SimulationCache Cache => new(_folder["cache"], _warnings.Add);

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void WhatIsReadEqualsWhatIsSimulatedToTheBit(string name)
    {
        var task = SbiTasks.Get(name);
        var fresh = Simulations.Draw(task, 50, seed: 3);
        Same(fresh, Cache.Get(task, 50, seed: 3));
        Same(fresh, Cache.Get(task, 50, seed: 3));
        Assert.Empty(_warnings);
        Assert.Single(Directory.GetFiles(_folder["cache"]));
    }

    [Fact]
    public void SimulationsAreMadeOnceForATaskBudgetAndSeed()
    {
        var first = Cache.Get(_task, 20, seed: 1);
        Same(first, Cache.Get(_task, 20, seed: 1));
        Assert.Equal(1, _task.Simulated);

        var other = Cache.Get(_task, 20, seed: 2);
        Assert.False(other.Data.Equals(first.Data));
        Assert.Equal([30, 2], Cache.Get(_task, 30, seed: 1).Data.shape);
        Cache.Get(SbiTasks.Get("gaussian_linear"), 20, seed: 1);
        Assert.Equal(3, _task.Simulated);
        Assert.Equal(4, Directory.GetFiles(_folder["cache"]).Length);
        Assert.Empty(_warnings);
    }

    [Fact]
    public void TheFileHoldsBothInFloat32AndTheirChecksum()
    {
        var made = Cache.Get(_task, 20, seed: 1);
        var path = Assert.Single(Directory.GetFiles(_folder["cache"]));
        Assert.Equal($"two_moons-20-seed1-simulators{SimulationCache.SimulatorVersion}-libtorch{Libtorch.PackageVersion}.safetensors", Path.GetFileName(path));
        var (tensors, metadata) = Safetensors.Read(path);
        Assert.Equal(["data", "parameters"], tensors.Keys.Order());
        Assert.All(tensors.Values, tensor => Assert.Equal(float32, tensor.dtype));
        Same(made, new(tensors["parameters"], tensors["data"]));
        Assert.Contains(Safetensors.ChecksumKey, metadata.Keys);
    }

    public static TheoryData<string> Damages =>
        ["truncated", "a flipped bit", "empty", "text", "of another seed", "without a checksum", "of another shape", "a folder"];

    [Theory]
    [MemberData(nameof(Damages))]
    public void AFileThatIsDamagedOrForeignIsToldAndSimulatedAgain(string damage)
    {
        var fresh = Cache.Get(_task, 20, seed: 1);
        var path = Assert.Single(Directory.GetFiles(_folder["cache"]));
        Damage(path, damage);
        Same(fresh, Cache.Get(_task, 20, seed: 1));
        Assert.Contains(path, Assert.Single(_warnings), StringComparison.Ordinal);

        if (damage != "a folder")
        {
            // It was replaced by a whole one.
            var simulated = _task.Simulated;
            Same(fresh, Cache.Get(_task, 20, seed: 1));
            Assert.Equal(simulated, _task.Simulated);
            Assert.Single(_warnings);
        }
    }

    [Fact]
    public void ACacheThatCannotBeWrittenDoesNoHarm()
    {
        File.WriteAllText(_folder["cache"], "a file where the folder should be");
        Same(Simulations.Draw(_task, 20, seed: 1), Cache.Get(_task, 20, seed: 1));
        Assert.Contains("FFF_CACHE names another folder", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    /// <summary>Whatever their checksum says: who could write them could write that, too.</summary>
    [Theory]
    [InlineData("a group's")]
    [InlineData("another user's")]
    public void WhatOthersCouldHaveWrittenIsSimulatedAgain(string whose)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only there it is asked whose a file is.");
        var first = Cache.Get(_task, 20, seed: 1);
        var file = Assert.Single(Directory.GetFiles(_folder["cache"]));
        Safetensors.Write(file, Safetensors.Read(file).Tensors.ToDictionary(part => part.Key, part => part.Value + 1), Safetensors.Read(file).Metadata
            .Where(note => note.Key != Safetensors.ChecksumKey).ToDictionary());
        Assert.True(whose == "a group's" ? Run("chmod", "664", file) : Run("chown", "65534", file) || Skipped());

        Same(first, Cache.Get(_task, 20, seed: 1));
        Assert.Contains("could be written by others, so the simulations in it are not trusted", Assert.Single(_warnings), StringComparison.Ordinal);
        Same(first, Cache.Get(_task, 20, seed: 1));
        Assert.Equal(2, _task.Simulated);
        Assert.Single(_warnings);
    }

    /// <summary>As by the umask 002: the folder is closed to others, and what is kept in it from then on is trusted.</summary>
    [Fact]
    public void TheUsersOwnFolderIsClosedToOthers()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only there it is asked whose a file is.");
        Directory.CreateDirectory(_folder["cache"]);
        Assert.True(Run("chmod", "777", _folder["cache"]));
        Cache.Get(_task, 20, seed: 1);
        Cache.Get(_task, 20, seed: 1);
        Assert.Equal((1, 0), (_task.Simulated, _warnings.Count));
        Assert.True(OwnPlace.IsOwn(_folder["cache"]));
    }

    [Fact]
    public void AFolderOfAnotherUserIsNeitherReadNorWritten()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only there it is asked whose a file is.");
        var first = Cache.Get(_task, 20, seed: 1);
        Assert.True(Run("chown", "65534", _folder["cache"]) || Skipped());
        Same(first, Cache.Get(_task, 20, seed: 1));
        Same(first, Cache.Get(_task, 20, seed: 1));
        Assert.Equal(3, _task.Simulated);
        Assert.All(_warnings, warning => Assert.Contains($"others can write '{_folder["cache"]}'", warning, StringComparison.Ordinal));
        Assert.Equal(2, _warnings.Count);
    }

    private static bool Skipped()
    {
        Assert.Skip("Only root can give files away.");
        return false;
    }

    private static bool Run(string program, params string[] args)
    {
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(program, args) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    [Fact]
    public void LeavesOnlyTwoTensorsBehind()
    {
        foreach (var _ in new[] { "made", "read" })
        {
            var before = _scope.DisposablesCount;
            Cache.Get(_task, 20, seed: 1);
            Assert.Equal(before + 2, _scope.DisposablesCount);
        }
    }

    [Fact]
    public void ADataSetIsTheSameWithAndWithoutTheCache()
    {
        var config = new SbiData { Task = "sir", Simulations = 60 };
        var file = Path.Combine(CacheFolder.Of("simulations"),
            $"sir-60-seed7-simulators{SimulationCache.SimulatorVersion}-libtorch{Libtorch.PackageVersion}.safetensors");
        var fresh = DatasetFactory.Create(config with { Cache = false }, 7);
        Assert.False(File.Exists(file));
        var made = DatasetFactory.Create(config, 7);
        Assert.True(File.Exists(file));
        var read = DatasetFactory.Create(config, 7);
        foreach (var dataset in new[] { made, read })
        {
            Assert.True(dataset.Train.Data.Equals(fresh.Train.Data) && dataset.Train.Condition!.Equals(fresh.Train.Condition!));
            Assert.True(dataset.Validation.Data.Equals(fresh.Validation.Data) && dataset.Validation.Condition!.Equals(fresh.Validation.Condition!));
        }

        var warnings = new List<string>();
        File.WriteAllText(file, "");
        DatasetFactory.Create(config, 7, warnings.Add);
        Assert.Single(warnings);
    }

    private static void Same(Simulations expected, Simulations actual)
    {
        Assert.True(expected.Parameters.Equals(actual.Parameters));
        Assert.True(expected.Data.Equals(actual.Data));
    }

    private void Damage(string path, string damage)
    {
        var bytes = File.ReadAllBytes(path);
        switch (damage)
        {
            case "truncated":
                File.WriteAllBytes(path, bytes[..^5]);
                break;
            case "a flipped bit":
                bytes[^9] ^= 1;
                File.WriteAllBytes(path, bytes);
                break;
            case "empty":
                File.WriteAllBytes(path, []);
                break;
            case "text":
                File.WriteAllText(path, "these are no simulations, but a text that is long enough");
                break;
            case "of another seed":
                new SimulationCache(_folder["other"]).Get(_task, 20, seed: 2);
                File.Copy(Assert.Single(Directory.GetFiles(_folder["other"])), path, overwrite: true);
                break;
            case "without a checksum":
                // The header, still of the same length, names the checksum by another key.
                var at = bytes.AsSpan().IndexOf("sha256"u8);
                bytes[at] = (byte)'S';
                File.WriteAllBytes(path, bytes);
                break;
            case "of another shape":
                var (tensors, metadata) = Safetensors.Read(path);
                var notes = metadata.Where(note => note.Key != Safetensors.ChecksumKey).ToDictionary();
                Safetensors.Write(path, new Dictionary<string, Tensor> { ["parameters"] = tensors["parameters"], ["data"] = tensors["data"].t() }, notes);
                break;
            case "a folder":
                File.Delete(path);
                Directory.CreateDirectory(path);
                File.WriteAllText(Path.Combine(path, "file"), "");
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(damage), damage, "unknown");
        }
    }

    /// <summary>Two moons, with a count of its simulations.</summary>
    private sealed class CountingTask : ISbiTask
    {
        private readonly TwoMoonsTask _inner = new();

        public int Simulated { get; private set; }

        public string Name => _inner.Name;

        public int ParameterDimension => _inner.ParameterDimension;

        public int DataDimension => _inner.DataDimension;

        public Tensor SamplePrior(long count, RandomStream random) => _inner.SamplePrior(count, random);

        public Tensor Simulate(Tensor parameters, RandomStream random)
        {
            Simulated++;
            return _inner.Simulate(parameters, random);
        }

        public Tensor? InSupport(Tensor parameters) => _inner.InSupport(parameters);
    }
}

using FFF.Formats;
using FFF.Runs;
using FFF.Tests.Formats;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Runs;

public sealed class CheckpointTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly string _path;

    public CheckpointTests() => _path = _folder["last.safetensors"];

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    /// <summary>A checkpoint whose weights and state can be told from those of every other step.</summary>
    private static Checkpoint At(long step, bool withState = true) => new(
        new CheckpointInfo("last", step, (int)step / 10, new Dictionary<string, string> { ["best.nll"] = "-3.25" }),
        new Dictionary<string, Tensor> { ["encoder.0.weight"] = full(2, 3, (float)step), ["encoder.0.bias"] = full(3, (float)step) },
        withState ? new Dictionary<string, Tensor> { ["adam.m"] = full(9, (float)-step), ["generator"] = tensor(new byte[] { 1, 2, 3 }) } : null);

    private void AssertLoads(long step)
    {
        var checkpoint = Checkpoint.Load(_path, withState: true);
        Assert.Equal(step, checkpoint.Info.Step);
        Assert.Equal(step, checkpoint.Weights["encoder.0.weight"][0, 0].item<float>());
        Assert.Equal(-step, checkpoint.State!["adam.m"][0].item<float>());
    }

    /// <summary>The state that the newest weights name.</summary>
    private string StateFile() => _folder[Safetensors.Read(_path).Metadata["fff.state"]];

    private Dictionary<string, byte[]> Snapshot() => _folder.Files().ToDictionary(name => name, name => File.ReadAllBytes(_folder[name]));

    private void Restore(params IEnumerable<KeyValuePair<string, byte[]>> files)
    {
        Array.ForEach(_folder.Files(), name => File.Delete(_folder[name]));
        foreach (var (name, bytes) in files)
        {
            File.WriteAllBytes(_folder[name], bytes);
        }
    }

    [Fact]
    public void LoadsWhatItSaved()
    {
        At(120).Save(_path);

        var checkpoint = Checkpoint.Load(_path, withState: true);

        Assert.Equal(("last", 120L, 12), (checkpoint.Info.Kind, checkpoint.Info.Step, checkpoint.Info.Epoch));
        Assert.Equal("-3.25", Assert.Single(checkpoint.Info.Notes).Value);
        Assert.Equal([2L, 3], checkpoint.Weights["encoder.0.weight"].shape);
        Assert.Equal([1, 2, 3], checkpoint.State!["generator"].data<byte>().ToArray());
        Assert.Null(Checkpoint.Load(_path).State);
        AssertLoads(120);
    }

    [Fact]
    public void TheWeightsAreAFileForEveryone()
    {
        At(120).Save(_path);

        var (tensors, metadata) = Safetensors.Read(_path);

        Assert.Equal(["encoder.0.bias", "encoder.0.weight"], tensors.Keys.Order());
        Assert.Equal(("1", "last", "120", "12"), (metadata["fff.format"], metadata["fff.kind"], metadata["fff.step"], metadata["fff.epoch"]));
    }

    [Fact]
    public void KeepsTheNewestStateTheOneBeforeAndOtherCheckpoints()
    {
        At(5).Save(_folder["best.safetensors"]);
        At(10).Save(_path);
        At(20).Save(_path);
        At(20).Save(_path); // The same step again, as after a resumption.

        AssertLoads(20);
        Assert.Equal(["best.safetensors", "last.previous.safetensors", "last.safetensors"],
            _folder.Files().Where(name => !name.Contains(".state.")).Order(StringComparer.Ordinal));
        Assert.Equal(3, _folder.Files().Count(name => name.Contains(".state.")));
        Assert.Equal(20, Checkpoint.Load(Checkpoint.Previous(_path), withState: true).Info.Step);
        At(30).Save(_path);
        Assert.Equal(20, Checkpoint.Load(Checkpoint.Previous(_path), withState: true).Info.Step);
        Assert.Equal(5, Checkpoint.Load(_folder["best.safetensors"], withState: true).Info.Step);

        At(40, withState: false).Save(_path);
        Assert.Equal(3, _folder.Files().Length);
    }

    [Fact]
    public void TheOldPairStaysWhenSavingFails()
    {
        At(10).Save(_path);
        var before = Snapshot();
        var unwritable = new Dictionary<string, Tensor> { ["x"] = zeros(1, ScalarType.ComplexFloat64) };

        Assert.Throws<ArgumentException>(() => (At(20) with { State = unwritable }).Save(_path));
        Assert.Equal(before, Snapshot());

        // The copy of it does no harm.
        Assert.Throws<ArgumentException>(() => (At(20) with { Weights = unwritable }).Save(_path));
        Assert.Equal(before, Snapshot().Where(file => file.Key != "last.previous.safetensors"));
        AssertLoads(10);
    }

    [Fact]
    public void APairIsLoadableWheneverTheProgramEnds()
    {
        At(10).Save(_path);
        var old = Snapshot();
        At(20).Save(_path);
        var @new = Snapshot();
        var (newState, newWeights) = (@new.Single(f => f.Key.Contains(".state.") && !old.ContainsKey(f.Key)), @new.Single(f => f.Key == "last.safetensors"));

        // While the state is written, under a temporary name.
        Restore(old.Append(new($".{newState.Key}.0.tmp", newState.Value[..50])));
        AssertLoads(10);

        // Before the weights are written, and while they are.
        Restore(old.Append(newState));
        AssertLoads(10);
        Restore(old.Append(newState).Append(new(".last.safetensors.0.tmp", newWeights.Value[..50])));
        AssertLoads(10);

        // Before the old state is removed.
        Restore(old.Where(f => f.Key.Contains(".state.")).Append(newState).Append(newWeights));
        AssertLoads(20);

        // What was left over goes with the next checkpoint.
        At(30).Save(_path);
        AssertLoads(30);
        Assert.Equal(4, _folder.Files().Length);
    }

    [Fact]
    public void RefusesStatesThatDoNotBelong()
    {
        At(10).Save(_path);
        var oldState = File.ReadAllBytes(StateFile());
        At(20).Save(_path);
        File.WriteAllBytes(StateFile(), oldState);

        var e = Assert.Throws<FileReadException>(() => Checkpoint.Load(_path, withState: true));

        Assert.Contains($"does not belong to '{_path}'", e.Message);
        Assert.Equal(20, Checkpoint.Load(_path).Info.Step);
    }

    [Fact]
    public void RefusesMissingStates()
    {
        At(10).Save(_path);
        File.Delete(StateFile());
        Assert.Contains("is missing, and training cannot go on", Assert.Throws<FileReadException>(() => Checkpoint.Load(_path, withState: true)).Message);

        At(10, withState: false).Save(_path);
        Assert.Contains("holds weights only", Assert.Throws<FileReadException>(() => Checkpoint.Load(_path, withState: true)).Message);
    }

    [Fact]
    public void RefusesEveryTruncationOfEitherFile()
    {
        At(10).Save(_path);
        foreach (var file in (string[])[_path, StateFile()])
        {
            var whole = File.ReadAllBytes(file);
            for (var length = 0; length < whole.Length; length += 7)
            {
                File.WriteAllBytes(file, whole[..length]);
                Assert.StartsWith(file, Assert.Throws<FileReadException>(() => Checkpoint.Load(_path, withState: true)).Message);
            }

            File.WriteAllBytes(file, whole);
        }

        AssertLoads(10);
    }

    [Fact]
    public void RefusesForeignCheckpoints()
    {
        void Foreign(Dictionary<string, string> metadata, string problem)
        {
            Safetensors.Write(_path, new Dictionary<string, Tensor> { ["w"] = zeros(1) }, metadata);
            Assert.Contains(problem, Assert.Throws<FileReadException>(() => Checkpoint.Load(_path, withState: true)).Message);
        }

        var whole = new Dictionary<string, string>
        {
            ["fff.format"] = "1",
            ["fff.id"] = "a",
            ["fff.kind"] = "last",
            ["fff.step"] = "1",
            ["fff.epoch"] = "1",
            ["fff.state"] = "last.state.a.safetensors",
        };
        Foreign(new() { ["format"] = "pt" }, "is no checkpoint of this program");
        Foreign(new(whole) { ["fff.format"] = "2" }, "of format 2; this program reads format 1");
        Foreign(new(whole) { ["fff.step"] = "many" }, "is a damaged checkpoint");
        Foreign(new(whole.Where(m => m.Key != "fff.id")), "is a damaged checkpoint");
        Foreign(new(whole) { ["fff.state"] = "../other.safetensors" }, "no name of a file beside it");
        Foreign(whole, "is missing, and training cannot go on");
        Assert.Contains("format", Assert.Throws<FileReadException>(() => Checkpoint.Load(_folder.WithText("model.pt", "PK no safetensors"))).Message);
        Assert.Contains("no such file", Assert.Throws<FileReadException>(() => Checkpoint.Load(_folder["missing.safetensors"])).Message);
    }

    [Fact]
    public void RefusesNamesThatAreItsOwn()
    {
        Assert.Throws<ArgumentException>(() => At(10).Save(_folder["last.pt"]));
        Assert.Throws<ArgumentException>(
            () => (At(10) with { Info = new CheckpointInfo("last", 1, 1, new Dictionary<string, string> { ["fff.step"] = "9" }) }).Save(_path));
        Assert.Empty(_folder.Files());
    }

    [Fact]
    public void LoadedTensorsBelongToTheCaller()
    {
        At(10).Save(_path);
        using var scope = NewDisposeScope();

        var checkpoint = Checkpoint.Load(_path, withState: true);

        Assert.Equal(checkpoint.Weights.Count + checkpoint.State!.Count, scope.DisposablesCount);
    }
}

using FFF.Formats;
using FFF.Native;
using FFF.Randomness;
using static TorchSharp.torch;

namespace FFF.Datasets.Sbi;

/// <summary>Draws from a task's prior, and what was simulated from them.</summary>
/// <param name="Parameters">θ, [N, D], float32 on the CPU.</param>
/// <param name="Data">x, [N, C], float32 on the CPU.</param>
public sealed record Simulations(Tensor Parameters, Tensor Data)
{
    /// <summary>Simulates: the same seed gives the same numbers.</summary>
    public static Simulations Draw(ISbiTask task, long count, long seed)
    {
        using var prior = NamedSeed.Generator(CPU, seed, "data/prior");
        using var simulator = NamedSeed.Generator(CPU, seed, "data/simulator");
        var parameters = task.SamplePrior(count, prior);
        return new(parameters, task.Simulate(parameters, simulator));
    }
}

/// <summary>Simulations in files, so that those of a task, budget and seed are made once.</summary>
/// <remarks>
/// A file is written under another name and renamed when it is whole, so processes may share the folder. It carries a
/// checksum of its data and says what it holds; whatever is not exactly that is simulated again and replaced. Files may
/// be deleted at any time. No failure of the cache fails its caller.
/// </remarks>
/// <param name="folder">Where the files are kept; made if it is not there.</param>
/// <param name="warn">Is told of files that are damaged or cannot be written.</param>
public sealed class SimulationCache(string folder, Action<string>? warn = null)
{
    /// <summary>To be raised whenever a change lets the prior or simulator of any task draw other numbers, so that none are read that were drawn before it.</summary>
    public const int SimulatorVersion = 1;

    private const string ContentKey = "fff.simulations";
    private const string ParametersName = "parameters";
    private const string DataName = "data";

    /// <summary>The cache in the user's cache folder.</summary>
    /// <param name="warn">Is told of files that are damaged or cannot be written.</param>
    public static SimulationCache OfUser(Action<string>? warn) => new(CacheFolder.Of("simulations"), warn);

    /// <summary>The simulations, the same to the bit whether they are read or made.</summary>
    public Simulations Get(ISbiTask task, long count, long seed)
    {
        // Another libtorch may draw other numbers by the same seed.
        var content = $"{task.Name}-{count}-seed{seed}-simulators{SimulatorVersion}-libtorch{Libtorch.PackageVersion}";
        var path = Path.Combine(folder, content + ".safetensors");
        if (File.Exists(path))
        {
            if (Read(path, content, [count, task.ParameterDimension], [count, task.DataDimension]) is { } kept)
            {
                return kept;
            }

            warn?.Invoke($"{path}: does not hold the simulations that its name promises, or is damaged. They are made again, and the file is replaced.");
        }

        var made = Simulations.Draw(task, count, seed);
        Write(path, content, made);
        return made;
    }

    private static Simulations? Read(string path, string content, long[] parameterShape, long[] dataShape)
    {
        using var scope = NewDisposeScope();
        try
        {
            var (tensors, metadata) = Safetensors.Read(path);
            return metadata.GetValueOrDefault(ContentKey) == content && metadata.ContainsKey(Safetensors.ChecksumKey)
                && tensors.TryGetValue(ParametersName, out var parameters) && Fits(parameters, parameterShape)
                && tensors.TryGetValue(DataName, out var data) && Fits(data, dataShape)
                ? new(parameters.MoveToOuterDisposeScope(), data.MoveToOuterDisposeScope())
                : null;
        }
        catch (IOException)
        {
            return null;
        }

        static bool Fits(Tensor tensor, long[] shape) => tensor.dtype == float32 && tensor.shape.SequenceEqual(shape);
    }

    private void Write(string path, string content, Simulations simulations)
    {
        try
        {
            Directory.CreateDirectory(folder);
            Safetensors.Write(
                path,
                new Dictionary<string, Tensor> { [ParametersName] = simulations.Parameters, [DataName] = simulations.Data },
                new Dictionary<string, string> { [ContentKey] = content });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            warn?.Invoke($"The simulations could not be kept for the next time ({e.Message.TrimEnd('.')}). {CacheFolder.Variable} names another folder; data.cache=false keeps none.");
        }
    }
}

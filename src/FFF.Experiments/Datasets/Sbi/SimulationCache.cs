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
        using var prior = NamedSeed.Stream(seed, "data/prior");
        using var simulator = NamedSeed.Stream(seed, "data/simulator");
        var parameters = task.SamplePrior(count, prior);
        return new(parameters, task.Simulate(parameters, simulator));
    }
}

/// <summary>Simulations in files, so that those of a task, budget and seed are made once.</summary>
/// <param name="folder">Where the files are kept; made if it is not there.</param>
/// <param name="warn">Is told of files that are damaged or cannot be written.</param>
internal sealed class SimulationCache(string folder, Action<string>? warn = null)
{
    /// <summary>
    /// To be raised whenever a change lets the prior or simulator of any task draw other numbers, so that none are read that were drawn before it.
    /// </summary>
    public const int SimulatorVersion = 1;

    private const string Purpose = "simulations";
    private const string ParametersName = "parameters";
    private const string DataName = "data";

    private readonly DataCache _cache = new(folder, Purpose, warn);

    /// <summary>The cache in the user's cache folder.</summary>
    /// <param name="warn">Is told of files that are damaged or cannot be written.</param>
    public static SimulationCache OfUser(Action<string>? warn) => new(CacheFolder.Of(Purpose), warn);

    /// <summary>The simulations, the same to the bit whether they are read or made.</summary>
    public Simulations Get(ISbiTask task, long count, long seed) => _cache.Get(
        // Another libtorch may draw other numbers by the same seed.
        $"{task.Name}-{count}-seed{seed}-simulators{SimulatorVersion}-libtorch{Libtorch.PackageVersion}",
        new Dictionary<string, long[]> { [ParametersName] = [count, task.ParameterDimension], [DataName] = [count, task.DataDimension] },
        make: () => Simulations.Draw(task, count, seed),
        describe: made => new(new Dictionary<string, Tensor> { [ParametersName] = made.Parameters, [DataName] = made.Data }, new Dictionary<string, string>()),
        restore: kept => new Simulations(kept.Tensors[ParametersName], kept.Tensors[DataName]));
}

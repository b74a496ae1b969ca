using FFF.Randomness;
using FFF.Spaces;

namespace FFF.Flows;

/// <summary>Builds methods with initial weights by a seed.</summary>
internal static class InitialWeights
{
    /// <summary>The method, which draws its weights from a stream of the seed, and whatever TorchSharp's own layers draw from another one.</summary>
    /// <param name="method">The method.</param>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="space">Of the data.</param>
    /// <param name="conditions">C.</param>
    /// <exception cref="Options.UnsuitableOptionsException">A network or latent density does not fit the data.</exception>
    public static Method Build(MethodConfig method, long seed, Space space, int conditions)
    {
        using var random = NamedSeed.Stream(seed, "weights");
        using var layers = new GlobalSeed(NamedSeed.Derive(seed, "weights/layers"));
        return method.Build(new(space, conditions, random));
    }
}

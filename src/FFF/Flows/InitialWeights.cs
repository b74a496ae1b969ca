using FFF.Flows.Ensembles;
using FFF.Networks.Embeddings;
using FFF.Options;
using FFF.Randomness;
using FFF.Spaces;

namespace FFF.Flows;

/// <summary>Builds methods with initial weights by a seed.</summary>
internal static class InitialWeights
{
    /// <summary>The method, or the mixture of an ensemble of it, each member with initial weights of its own.</summary>
    /// <param name="method">The method.</param>
    /// <param name="ensemble">K, how many members there are; 1 for the method itself.</param>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="space">Of the data.</param>
    /// <param name="conditions">C.</param>
    /// <exception cref="UnsuitableOptionsException">A network or latent density does not fit the data.</exception>
    /// <exception cref="ArgumentException">The method's flow has no exact density of its samples, which a mixture needs.</exception>
    public static Method Build(MethodConfig method, int ensemble, long seed, Space space, int conditions)
    {
        if (ensemble == 1)
        {
            return One(method, seed, space, conditions);
        }

        Method[] members = [.. Enumerable.Range(0, ensemble).Select(member => One(method, EnsembleObjective.SeedOf(seed, member), space, conditions))];
        return new(new EnsembleFlow(members), new EnsembleObjective([.. members.Select(member => member.Objective)]), SettingConditions.None);
    }

    /// <summary>The method, which draws its weights from a stream of the seed, and whatever TorchSharp's own layers draw from another one.</summary>
    /// <exception cref="UnsuitableOptionsException">A network or latent density does not fit the data.</exception>
    private static Method One(MethodConfig method, long seed, Space space, int conditions)
    {
        using var random = NamedSeed.Stream(seed, "weights");
        using var layers = new GlobalSeed(NamedSeed.Derive(seed, "weights/layers"));
        return method.ConditionEmbedding is { } embedding
            ? Embedded(method, embedding, seed, space, conditions, random)
            : method.Build(new(space, conditions, random));
    }

    /// <summary>The method for summaries of the conditions, with the network that makes them as a part of its flow.</summary>
    private static Method Embedded(MethodConfig method, EmbeddingConfig config, long seed, Space space, int conditions, RandomStream random)
    {
        if (conditions == 0)
        {
            throw new UnsuitableOptionsException(method.EmbeddingKey,
                "expected no embedding for data without conditions, which it would summarise: leave the key out");
        }

        using var ofEmbedding = NamedSeed.Stream(seed, "weights/embedding");
        IEmbedding embedding;
        try
        {
            embedding = config.Build(new(conditions, ofEmbedding));
        }
        catch (UnsuitableOptionsException e)
        {
            throw e.Under(method.EmbeddingKey);
        }

        var built = method.Build(new(space, embedding.Outputs, random));
        built.Flow.Take(embedding);
        return built with { Objective = new EmbeddedObjective(built.Objective, embedding), Settings = built.Settings with { Embedding = embedding } };
    }
}

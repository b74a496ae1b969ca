using FFF.Options;
using FFF.Randomness;

namespace FFF.Networks.Embeddings;

/// <summary>What an embedding is built for.</summary>
/// <param name="Conditions">C, at least 1.</param>
/// <param name="Random">Draws the initial weights.</param>
public sealed record EmbeddingPlace(int Conditions, RandomStream Random);

/// <summary>
/// A network that conditions go through first, such as a summary of a long or exchangeable observation; <c>kind</c> tells which. It is trained together
/// with the flow.
/// </summary>
public abstract record EmbeddingConfig
{
    /// <summary>Builds it, in float32 on the CPU.</summary>
    /// <exception cref="UnsuitableOptionsException">It does not fit the conditions; the key is one of its own.</exception>
    public abstract IEmbedding Build(EmbeddingPlace place);

    /// <summary>
    /// P: columns of conditions whose numbers are equal modulo P are the same quantity, seen several times, and are scaled alike; null where each
    /// column is a quantity of its own.
    /// </summary>
    public virtual int? Period => null;

    /// <summary>E, for what goes by the experiment's description alone; null where only the built network tells.</summary>
    public virtual int? KnownOutputs => null;

    /// <summary>Multiply-adds of one condition's way through it; biases and activations do not count.</summary>
    /// <param name="conditions">C.</param>
    public virtual long MultiplyAdds(int conditions) => 0;

    /// <summary>Linear layers one after the other.</summary>
    public virtual long Layers => 0;

    /// <summary>C / P, the repetitions of what is seen several times.</summary>
    /// <exception cref="UnsuitableOptionsException">C is no multiple of P.</exception>
    private protected static int Repetitions(int conditions, int period, string key, string what) => conditions % period == 0
        ? conditions / period
        : throw new UnsuitableOptionsException(key,
            $"expected a divisor of {conditions}, the number of conditions, found {period}: conditions are {what}, one after the other");
}

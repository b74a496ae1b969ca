namespace FFF.Mutations;

/// <summary>Draws changes at random.</summary>
internal static class Sample
{
    /// <summary>Changes without replacement, in the source's order.</summary>
    /// <param name="mutations">All of them.</param>
    /// <param name="count">How many.</param>
    /// <param name="seed">The same seed draws the same of the same sources.</param>
    public static Mutation[] Draw(IReadOnlyList<Mutation> mutations, int count, int seed)
    {
        Mutation[] shuffled = [.. mutations];
        new Random(seed).Shuffle(shuffled);
        return [.. shuffled.Take(count).OrderBy(mutation => mutation.Id)];
    }
}

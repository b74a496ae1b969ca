using System.Collections.Immutable;
using static TorchSharp.torch;

namespace FFF.Spaces;

/// <summary>
/// Which pairs of particles are bonded, the same in all rows: networks are told 1 or 0 of each pair, so that particles can be exchanged only where that
/// leaves the bonds as they are.
/// </summary>
public sealed class ParticleBonds : IEquatable<ParticleBonds>
{
    /// <summary>Takes the bonds, in any order and direction.</summary>
    /// <param name="pairs">Two different particles each, from 0; each pair once.</param>
    /// <exception cref="ArgumentException">There is none, or a pair is of one particle, negative, or there twice.</exception>
    public ParticleBonds(IEnumerable<(int First, int Second)> pairs)
    {
        Pairs = [.. Ordered(pairs)];
        if (Problem(Pairs) is { } problem)
        {
            throw new ArgumentException(problem, nameof(pairs));
        }
    }

    /// <summary>The bonds, sorted; the smaller number first.</summary>
    public ImmutableArray<(int First, int Second)> Pairs { get; }

    /// <summary>The largest number of a bonded particle.</summary>
    public int Last => Pairs.Max(pair => pair.Second);

    /// <inheritdoc/>
    public bool Equals(ParticleBonds? other) => other is not null && Pairs.SequenceEqual(other.Pairs);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ParticleBonds);

    /// <inheritdoc/>
    public override int GetHashCode() => Pairs.Aggregate(0, HashCode.Combine);

    /// <summary>Why pairs are no bonds; null if they are.</summary>
    internal static string? Problem(IEnumerable<(int First, int Second)> pairs)
    {
        (int First, int Second)[] ordered = [.. Ordered(pairs)];
        foreach (var (first, second) in ordered.Where(pair => pair.First < 0 || pair.First == pair.Second))
        {
            return $"A bond is of two different particles, from 0, not of {first} and {second}.";
        }

        return ordered.Length == 0 ? "There is no bond."
            : ordered.GroupBy(pair => pair).FirstOrDefault(group => group.Count() > 1) is { } twice
                ? $"The bond of {twice.Key.First} and {twice.Key.Second} is there {twice.Count()} times."
            : null;
    }

    private static IEnumerable<(int First, int Second)> Ordered(IEnumerable<(int First, int Second)> pairs) =>
        pairs.Select(pair => (First: Math.Min(pair.First, pair.Second), Second: Math.Max(pair.First, pair.Second))).Order();

    /// <summary>1 for bonded pairs and 0 for others, of each particle its others in order, [N, N − 1, 1], float32 on the CPU; owned by the caller.</summary>
    /// <param name="particles">N.</param>
    internal Tensor OfEdges(int particles)
    {
        var bonded = Pairs.ToHashSet();
        float[] values = [.. from particle in Enumerable.Range(0, particles)
            from other in Enumerable.Range(0, particles)
            where other != particle
            select bonded.Contains((Math.Min(particle, other), Math.Max(particle, other))) ? 1f : 0f];
        return tensor(values, [particles, particles - 1, 1]);
    }

    /// <summary>The pairs as a tensor, [E, 2], int32.</summary>
    internal Tensor Saved() => tensor(Pairs.SelectMany(pair => (int[])[pair.First, pair.Second]).ToArray(), [Pairs.Length, 2]);

    /// <summary>What <see cref="Saved"/> was made of.</summary>
    /// <param name="saved">The tensor.</param>
    /// <param name="particles">N.</param>
    /// <exception cref="ArgumentException">It is damaged.</exception>
    internal static ParticleBonds Load(Tensor saved, int particles)
    {
        if (saved.dim() != 2 || saved.shape[0] == 0 || saved.shape[1] != 2 || saved.dtype != ScalarType.Int32)
        {
            throw Damaged(particles);
        }

        (int First, int Second)[] pairs = [.. saved.data<int>().ToArray().Chunk(2).Select(pair => (pair[0], pair[1]))];
        return Problem(pairs) is null && pairs.All(pair => Math.Max(pair.First, pair.Second) < particles) ? new(pairs) : throw Damaged(particles);
    }

    private static ArgumentException Damaged(int particles) => new($"The checkpoint is damaged: its bonds are not those of {particles} particles.");
}

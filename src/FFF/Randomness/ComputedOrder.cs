using System.Numerics;

namespace FFF.Randomness;

/// <summary>
/// A random order of the numbers below n that is computed wherever it is asked for, and takes no memory: a Feistel network permutes the numbers
/// below the next power of two, and is applied again wherever it leaves those below n ("cycle walking"), which is a permutation of them again.
/// </summary>
/// <remarks>Luby and Rackoff 1988; Black and Rogaway, "Ciphers with Arbitrary Finite Domains", CT-RSA 2002.</remarks>
internal sealed class ComputedOrder : RowOrder
{
    private const int Rounds = 8;

    private readonly long _count;
    private readonly ulong[] _keys;
    private readonly int _lowBits;
    private readonly ulong _low;
    private readonly ulong _high;

    /// <summary>An order by keys that are drawn.</summary>
    /// <param name="count">n.</param>
    /// <param name="random">Draws the keys.</param>
    public ComputedOrder(long count, RandomStream random)
        : this(count, KeysOf(random))
    {
    }

    private ComputedOrder(long count, ulong[] keys)
    {
        (_count, _keys) = (count, keys);

        // Two bits at least, so that both halves have one.
        var bits = Math.Max(2, 64 - BitOperations.LeadingZeroCount((ulong)Math.Max(1, count) - 1));
        _lowBits = bits / 2;
        (_low, _high) = ((1UL << _lowBits) - 1, (1UL << (bits - _lowBits)) - 1);
    }

    /// <inheritdoc/>
    public override long Count => _count;

    /// <inheritdoc/>
    public override long At(long place)
    {
        var number = (ulong)place;
        do
        {
            number = Permuted(number);
        }
        while (number >= (ulong)_count);
        return (long)number;
    }

    private static ulong[] KeysOf(RandomStream random)
    {
        using var keys = random.Integers(0, long.MaxValue, [Rounds]);
        return [.. keys.data<long>().ToArray().Select(key => (ulong)key)];
    }

    /// <summary>The halves are changed in turn, each by a function of the other one, which can be undone whatever the function.</summary>
    private ulong Permuted(ulong number)
    {
        var (low, high) = (number & _low, number >> _lowBits);
        for (var round = 0; round < Rounds; round += 2)
        {
            low ^= Mixed.Of(high ^ _keys[round]) & _low;
            high ^= Mixed.Of(low ^ _keys[round + 1]) & _high;
        }

        return (high << _lowBits) | low;
    }
}

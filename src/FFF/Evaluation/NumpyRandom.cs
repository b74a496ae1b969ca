namespace FFF.Evaluation;

/// <summary>The random numbers of NumPy's <c>RandomState(seed)</c>, bit by bit: MT19937 (Matsumoto and Nishimura, 1998).</summary>
/// <remarks>
/// Everywhere else random numbers come by purpose from the run's seed. These are for what others published. QM9's usual split is
/// a permutation of seed 0. The inference benchmark's scores are all those of seed 1, and on narrow posteriors the seed matters:
/// between two moons and the same slightly blurred, scikit-learn's classifier reaches 0.66 from seed 1, but from most others gives
/// up after some 15 epochs at 0.5.
/// </remarks>
internal sealed class NumpyRandom
{
    private const int Length = 624;
    private const int Shift = 397;

    private readonly uint[] _state = new uint[Length];
    private int _next = Length;

    /// <summary>Starts the sequence of a seed.</summary>
    public NumpyRandom(uint seed)
    {
        _state[0] = seed;
        for (var i = 1; i < Length; i++)
        {
            _state[i] = (1812433253 * (_state[i - 1] ^ (_state[i - 1] >> 30))) + (uint)i;
        }
    }

    /// <summary>A number in [low, high), as <c>RandomState.uniform</c> draws it.</summary>
    public double Uniform(double low, double high)
    {
        var (upper, lower) = (Next() >> 5, Next() >> 6);
        return low + ((high - low) * (((upper * 67108864.0) + lower) / 9007199254740992.0));
    }

    /// <summary>The numbers from 0 to n − 1 in a random order, as <c>RandomState.permutation</c> gives them.</summary>
    public long[] Permutation(int count)
    {
        long[] values = [.. Enumerable.Range(0, count).Select(value => (long)value)];
        Shuffle(values);
        return values;
    }

    /// <summary>Puts the values into a random order, as <c>RandomState.shuffle</c> does.</summary>
    public void Shuffle(Span<long> values)
    {
        for (var i = values.Length - 1; i > 0; i--)
        {
            var mask = uint.MaxValue >> System.Numerics.BitOperations.LeadingZeroCount((uint)i);
            uint j;
            do
            {
                j = Next() & mask;
            }
            while (j > i);

            (values[i], values[(int)j]) = (values[(int)j], values[i]);
        }
    }

    private uint Next()
    {
        if (_next == Length)
        {
            Twist();
        }

        var y = _state[_next++];
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c5680;
        y ^= (y << 15) & 0xefc60000;
        return y ^ (y >> 18);
    }

    private void Twist()
    {
        for (var i = 0; i < Length; i++)
        {
            var y = (_state[i] & 0x80000000) | (_state[(i + 1) % Length] & 0x7fffffff);
            _state[i] = _state[(i + Shift) % Length] ^ (y >> 1) ^ ((y & 1) * 0x9908b0df);
        }

        _next = 0;
    }
}

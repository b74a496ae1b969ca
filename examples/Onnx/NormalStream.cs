using System.Security.Cryptography;
using System.Text;

namespace Onnx;

/// <summary>
/// The standard normal numbers that <c>fff sample</c> draws: those of libtorch's generator on a CPU, the Mersenne Twister (Matsumoto and Nishimura 1998) with
/// Box and Muller's transform, seeded by a purpose.
/// </summary>
internal sealed class NormalStream
{
    private const int Words = 624;
    private const int Pairs = 8;
    private const int Block = 2 * Pairs;

    private readonly uint[] _state = new uint[Words];
    private int _next = Words;

    /// <summary>The stream of the sample's block that begins at a row.</summary>
    public NormalStream(long seed, long first)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}/sample/{first}"));
        _state[0] = BitConverter.ToUInt32(hash);
        for (var i = 1u; i < Words; i++)
        {
            _state[i] = (1812433253 * (_state[i - 1] ^ (_state[i - 1] >> 30))) + i;
        }
    }

    /// <summary>The first so many numbers, as randn draws them in float32.</summary>
    public float[] Draw(int count)
    {
        if (count < Block)
        {
            return Few(count);
        }

        var numbers = new float[count];
        Fill(numbers);
        for (var at = 0; at + Block <= count; at += Block)
        {
            Transform(numbers.AsSpan(at, Block));
        }

        if (count % Block != 0)
        {
            // What is left over is drawn anew together with numbers before it.
            var last = numbers.AsSpan(count - Block);
            Fill(last);
            Transform(last);
        }

        return numbers;
    }

    /// <summary>Few are drawn one after the other in float64, two of each pair.</summary>
    private float[] Few(int count)
    {
        var numbers = new float[count];
        for (var i = 0; i < count; i += 2)
        {
            var (u, v) = (Long(), Long());
            var (radius, angle) = (Math.Sqrt(-2 * double.LogP1(-v)), 2 * Math.PI * u);
            numbers[i] = (float)(radius * Math.Cos(angle));
            if (i + 1 < count)
            {
                numbers[i + 1] = (float)(radius * Math.Sin(angle));
            }
        }

        return numbers;
    }

    private void Fill(Span<float> numbers)
    {
        foreach (ref var number in numbers)
        {
            number = (Next() & 0xFFFFFF) * (1f / (1 << 24));
        }
    }

    private static void Transform(Span<float> uniform)
    {
        for (var i = 0; i < Pairs; i++)
        {
            var radius = MathF.Sqrt(-2 * MathF.Log(1 - uniform[i]));
            var (sine, cosine) = MathF.SinCos(2 * MathF.PI * uniform[i + Pairs]);
            (uniform[i], uniform[i + Pairs]) = (radius * cosine, radius * sine);
        }
    }

    /// <summary>Uniform in [0, 1), of 53 bits.</summary>
    private double Long()
    {
        var (high, low) = ((ulong)Next(), (ulong)Next());
        return (((high << 32) | low) & ((1UL << 53) - 1)) * Math.ScaleB(1, -53);
    }

    private uint Next()
    {
        if (_next == Words)
        {
            Twist();
        }

        var word = _state[_next++];
        word ^= word >> 11;
        word ^= (word << 7) & 0x9d2c5680;
        word ^= (word << 15) & 0xefc60000;
        return word ^ (word >> 18);
    }

    private void Twist()
    {
        for (var i = 0; i < Words; i++)
        {
            var mixed = (_state[i] & 0x80000000) | (_state[(i + 1) % Words] & 0x7fffffff);
            _state[i] = _state[(i + 397) % Words] ^ (mixed >> 1) ^ ((mixed & 1) * 0x9908b0df);
        }

        _next = 0;
    }
}

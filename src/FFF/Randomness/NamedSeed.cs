using System.Security.Cryptography;
using System.Text;

namespace FFF.Randomness;

/// <summary>
/// Random numbers by purpose: each stream is seeded by a hash of the run's seed, a name and indices. Whatever is
/// drawn for one purpose leaves all others untouched, and step 1,000 of a resumed run draws what it always would have.
/// </summary>
public static class NamedSeed
{
    /// <summary>The seed for this purpose: the first 63 bits of SHA-256 over seed, name and indices.</summary>
    public static long Derive(long seed, string name, params ReadOnlySpan<long> indices)
    {
        var text = new StringBuilder().Append(seed).Append('/').Append(name);
        foreach (var index in indices)
        {
            text.Append('/').Append(index);
        }

        return BitConverter.ToInt64(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()))) & long.MaxValue;
    }

    /// <summary>The random numbers of this purpose.</summary>
    public static RandomStream Stream(long seed, string name, params ReadOnlySpan<long> indices) => new((ulong)Derive(seed, name, indices));
}

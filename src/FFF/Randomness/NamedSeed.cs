using System.Security.Cryptography;
using System.Text;
using static TorchSharp.torch;

namespace FFF.Randomness;

/// <summary>
/// Random numbers by purpose: each generator is seeded by a hash of the run's seed, a name and indices. Whatever is
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

    /// <summary>A generator for this purpose, on the CPU unless said otherwise.</summary>
    public static Generator Generator(Device? device, long seed, string name, params ReadOnlySpan<long> indices) =>
        new((ulong)Derive(seed, name, indices), device);
}

namespace FFF.Randomness;

/// <summary>The last steps of MurmurHash3: each bit of the result depends on each bit of the word, and different words have different results.</summary>
internal static class Mixed
{
    /// <summary>The result for a word.</summary>
    public static ulong Of(ulong word)
    {
        word = (word ^ (word >> 33)) * 0xff51afd7ed558ccd;
        word = (word ^ (word >> 33)) * 0xc4ceb9fe1a85ec53;
        return word ^ (word >> 33);
    }
}

namespace FFF.Kernels.Vectors;

/// <summary>The format of a float.</summary>
internal static class Binary32
{
    /// <summary>Bits of its mantissa, above which the exponent begins.</summary>
    public const int MantissaBits = 23;
}

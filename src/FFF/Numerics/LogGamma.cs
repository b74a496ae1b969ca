using static TorchSharp.torch;

namespace FFF.Numerics;

/// <summary>The logarithm of the gamma function, which .NET has not.</summary>
internal static class LogGamma
{
    /// <summary>log Γ(x).</summary>
    /// <param name="x">Positive.</param>
    public static double Of(double x)
    {
        using var value = tensor(x, float64);
        using var result = value.lgamma();
        return result.item<double>();
    }
}

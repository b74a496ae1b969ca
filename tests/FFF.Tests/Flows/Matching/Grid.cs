using static TorchSharp.torch;

namespace FFF.Tests.Flows.Matching;

/// <summary>Quadrature in the plane.</summary>
internal static class Grid
{
    /// <summary>∫ exp(log p) over the square from −half to half, by the trapezoidal rule for densities that vanish at its edge.</summary>
    public static double Integral(Func<Tensor, Tensor> logProb, double half, int points)
    {
        var axis = linspace(-half, half, points, dtype: float64);
        using var grid = cartesian_prod([axis, axis]);
        return logProb(grid).exp().sum().item<double>() * Math.Pow(2 * half / (points - 1), 2);
    }
}

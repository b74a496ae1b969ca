namespace FFF.Numerics;

/// <summary>How accurately a differential equation is solved: the error per step stays below absolute + relative · |y|.</summary>
/// <param name="Relative">The relative error per step.</param>
/// <param name="Absolute">The absolute error per step.</param>
public sealed record OdeTolerance(double Relative, double Absolute)
{
    /// <summary>So many steps, rejected ones included, and no row is solved yet: the solver gives up.</summary>
    public int MaxSteps { get; init; } = 10_000;
}

using System.Numerics;

namespace FFF.Kernels;

/// <summary>The numbers of one update by <see cref="AdamRule"/>.</summary>
/// <param name="KeptMean">β₁.</param>
/// <param name="NewMean">1−β₁, by what the gradient is a multiple of.</param>
/// <param name="KeptSquare">β₂.</param>
/// <param name="NewSquare">1−β₂, by the square of that.</param>
/// <param name="Rate">ηₜ.</param>
/// <param name="Epsilon">ε̂.</param>
internal readonly record struct AdamStep(double KeptMean, double NewMean, double KeptSquare, double NewSquare, double Rate, double Epsilon)
{
    /// <summary>Updates numbers in memory.</summary>
    /// <param name="parameters">θ.</param>
    /// <param name="mean">m.</param>
    /// <param name="square">v.</param>
    /// <param name="gradient">g.</param>
    /// <param name="count">How many of each, a multiple of the processor's lanes.</param>
    public unsafe void Apply(float* parameters, float* mean, float* square, float* gradient, int count)
    {
        var (keptMean, newMean) = (new Vector<float>((float)KeptMean), new Vector<float>((float)NewMean));
        var (keptSquare, newSquare) = (new Vector<float>((float)KeptSquare), new Vector<float>((float)NewSquare));
        var (rate, epsilon) = (new Vector<float>((float)Rate), new Vector<float>((float)Epsilon));
        for (var i = 0; i < count; i += Vector<float>.Count)
        {
            var g = Vector.Load(gradient + i);
            var m = (keptMean * Vector.Load(mean + i)) + (newMean * g);
            var v = (keptSquare * Vector.Load(square + i)) + (newSquare * g * g);
            m.Store(mean + i);
            v.Store(square + i);
            (Vector.Load(parameters + i) - (rate * m / (Vector.SquareRoot(v) + epsilon))).Store(parameters + i);
        }
    }
}

using System.Runtime.CompilerServices;
using FFF.Kernels.Vectors;

namespace FFF.Kernels;

/// <summary>An update by <see cref="AdamStep"/> of numbers in memory, in one pass.</summary>
internal static unsafe class AdamKernel<V>
    where V : unmanaged, ILanes<V>
{
    /// <summary>Updates θ, m and v.</summary>
    /// <param name="step">The numbers of the update.</param>
    /// <param name="parameters">θ.</param>
    /// <param name="mean">m.</param>
    /// <param name="square">v.</param>
    /// <param name="gradient">g.</param>
    /// <param name="count">How many of each.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply(in AdamStep step, float* parameters, float* mean, float* square, float* gradient, long count)
    {
        var (keptMean, newMean, keptSquare, newSquare) = ((float)step.KeptMean, (float)step.NewMean, (float)step.KeptSquare, (float)step.NewSquare);
        var (rate, epsilon) = ((float)step.Rate, (float)step.Epsilon);
        var whole = count - count % V.Count;
        for (long i = 0; i < whole; i += V.Count)
        {
            var g = V.Load(gradient + i);
            var m = (V.Of(keptMean) * V.Load(mean + i)) + (V.Of(newMean) * g);
            var v = (V.Of(keptSquare) * V.Load(square + i)) + (V.Of(newSquare) * g * g);
            m.Store(mean + i);
            v.Store(square + i);
            (V.Load(parameters + i) - (V.Of(rate) * m / (V.Sqrt(v) + V.Of(epsilon)))).Store(parameters + i);
        }

        for (var i = whole; i < count; i++)
        {
            var g = gradient[i];
            mean[i] = (keptMean * mean[i]) + (newMean * g);
            square[i] = (keptSquare * square[i]) + (newSquare * g * g);
            parameters[i] -= rate * mean[i] / (MathF.Sqrt(square[i]) + epsilon);
        }
    }
}

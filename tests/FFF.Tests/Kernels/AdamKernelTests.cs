using FFF.Kernels;
using Xunit;

namespace FFF.Tests.Kernels;

/// <summary>Two updates in float against the rule in double, with vectors of every width and a rest beyond them.</summary>
public sealed unsafe class AdamKernelTests
{
    private static readonly AdamRule Rule = new(Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8, CorrectsEpsilon: true);

    public static TheoryData<int> Widths => [.. KernelWidths.All.Keys];

    [Theory]
    [MemberData(nameof(Widths))]
    public void UpdatesByTheRule(int bits)
    {
        const int Count = 37;
        const double LearningRate = 1e-2;
        var random = new Random(1);
        double[] Draw() => [.. Enumerable.Range(0, Count).Select(_ => (2 * random.NextDouble()) - 1)];
        var (theta, gradients) = (Draw(), new[] { Draw(), Draw() });
        var (actual, mean, square) = (theta.Select(x => (float)x).ToArray(), new float[Count], new float[Count]);
        var (m, v) = (new double[Count], new double[Count]);
        for (var t = 1; t <= gradients.Length; t++)
        {
            var gradient = gradients[t - 1].Select(x => (float)x).ToArray();
            fixed (float* p = actual, pm = mean, pv = square, g = gradient)
            {
                KernelWidths.All[bits].Adam(Rule.At(t, LearningRate), p, pm, pv, g, Count);
            }

            for (var i = 0; i < Count; i++)
            {
                m[i] = (0.9 * m[i]) + (0.1 * gradient[i]);
                v[i] = (0.999 * v[i]) + (0.001 * gradient[i] * gradient[i]);
                var (corrected, root) = (m[i] / (1 - Math.Pow(0.9, t)), Math.Sqrt(v[i] / (1 - Math.Pow(0.999, t))));
                theta[i] -= LearningRate * corrected / (root + 1e-8);
            }
        }

        Assert.All(theta.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
        Assert.All(m.Zip(mean), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
        Assert.All(v.Zip(square), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
    }
}

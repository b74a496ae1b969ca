using FFF.Randomness;
using static TorchSharp.torch;

namespace FFF.Datasets.Sbi;

/// <summary>Prior and simulator of "simple likelihood, complex posterior": four points in the plane from one Gaussian.</summary>
/// <remarks>
/// <code>
/// θ ~ U([-3, 3]⁵)
/// m = (θ₁, θ₂),   s₁ = θ₃²,   s₂ = θ₄²,   ρ = tanh θ₅
/// x₁ … x₄ ~ N(m, S),   S = (s₁², ρ s₁ s₂; ρ s₁ s₂, s₂²) + 10⁻⁶ I
/// </code>
/// The posterior has four modes of equal mass, by the signs of θ₃ and θ₄.
/// Source: Papamakarios, Sterratt and Murray, "Sequential Neural Likelihood", AISTATS 2019, as defined in sbibm.
/// </remarks>
internal static class SlcpSimulator
{
    /// <summary>How many points are drawn.</summary>
    public const int Points = 4;

    private const double Jitter = 1e-6;

    /// <summary>The prior.</summary>
    public static BoxPrior Prior { get; } = new(5, 3);

    /// <summary>Simulates the points, one after the other: [N, 5] to [N, 8].</summary>
    public static Tensor Draw(Tensor parameters, RandomStream random)
    {
        using var scope = NewDisposeScope();
        var count = parameters.shape[0];
        Tensor Column(int i) => parameters.select(1, i).unsqueeze(1);
        var (s1, s2, rho) = (Column(2).square(), Column(3).square(), Column(4).tanh());

        // Cholesky's factor (a, 0; b, c) of S.
        var a = (s1.square() + Jitter).sqrt();
        var b = rho * s1 * s2 / a;
        var c = (s2.square() + Jitter - b.square()).sqrt();
        var noise = random.Normal([2, count, Points], parameters.dtype, parameters.device);
        var first = Column(0) + (a * noise[0]);
        var second = Column(1) + (b * noise[0]) + (c * noise[1]);
        return stack([first, second], 2).reshape(count, 2 * Points).MoveToOuterDisposeScope();
    }
}

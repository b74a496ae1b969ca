using FFF.Randomness;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Datasets.Sbi;

/// <summary>The benchmark's task lotka_volterra: growth and interaction rates of prey X and predators Y.</summary>
/// <remarks>
/// <code>
/// α, γ ~ LogNormal(-0.125, 0.5²),   β, δ ~ LogNormal(-3, 0.5²)   θ = (α, β, γ, δ)
/// dX/dt = αX - βXY,   dY/dt = -γY + δXY,   X(0) = 30,   Y(0) = 1
/// x ~ LogNormal(ln X(tₖ), 0.1²), then the same of Y,   tₖ = 0, 2.1, 4.2, …, 18.9
/// </code>
/// Populations are cut to [10⁻¹⁰, 10⁴] before the noise. Source: Lotka, "Analytical note on certain rhythmic relations in
/// organic systems", 1920, as defined in sbibm, whose own solver has a relative tolerance of 10⁻³.
/// </remarks>
internal sealed class LotkaVolterraTask : ISbiTask
{
    private const double FirstPrey = 30;
    private const double FirstPredators = 1;
    private const double NoiseDeviation = 0.1;
    private const double Smallest = 1e-10;
    private const double Largest = 1e4;
    private const double Interval = 2.1;
    private const int Times = 10;
    private static readonly LogNormalPrior Prior = new([-0.125, -3, -0.125, -3], [0.5, 0.5, 0.5, 0.5]);

    /// <inheritdoc/>
    public string Name => "lotka_volterra";

    /// <inheritdoc/>
    public int ParameterDimension => 4;

    /// <inheritdoc/>
    public int DataDimension => 2 * Times;

    /// <inheritdoc/>
    public Space ParameterSpace => new PositiveVectors(ParameterDimension);

    /// <inheritdoc/>
    public Tensor SamplePrior(long count, RandomStream random) => Prior.Sample(count, random);

    /// <inheritdoc/>
    public Tensor Simulate(Tensor parameters, RandomStream random)
    {
        using var scope = NewDisposeScope();
        var logarithms = LogPopulations(parameters).clamp(Math.Log(Smallest), Math.Log(Largest)).to(parameters.dtype);
        var noise = random.Normal(logarithms.shape, parameters.dtype, parameters.device);
        return (logarithms + (NoiseDeviation * noise)).exp().MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor InSupport(Tensor parameters) => LogNormalPrior.Contains(parameters);

    /// <summary>ln x: populations range over many orders of magnitude, and their noise is the same in all of them only in logarithms.</summary>
    public Tensor ToCondition(Tensor data) => data.log();

    /// <summary>ln X at the ten times, then ln Y: [N, 4] to [N, 20], float64.</summary>
    internal static Tensor LogPopulations(Tensor parameters)
    {
        using var scope = NewDisposeScope();
        var (alpha, beta, gamma, delta) = (parameters.select(1, 0), parameters.select(1, 1), parameters.select(1, 2), parameters.select(1, 3));
        var (prey, predators) = (Math.Log(FirstPrey), Math.Log(FirstPredators));
        var later = PredatorPrey.Solve(stack([alpha, -gamma], 0), stack([-beta, delta], 0), (prey, predators), Interval, Times - 1);
        var first = tensor(new[] { prey, predators }, float64, later.device).reshape(1, 2, 1).expand(1, 2, parameters.shape[0]);
        return cat([first, later], 0).permute(2, 1, 0).reshape(-1, 2 * Times).MoveToOuterDisposeScope();
    }
}

using FFF.Randomness;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Datasets.Sbi;

/// <summary>The benchmark's task sir: contact and recovery rate of an epidemic, from ten random samples of the population.</summary>
/// <remarks>
/// <code>
/// β ~ LogNormal(ln 0.4, 0.5²),   γ ~ LogNormal(ln 0.125, 0.2²)   (per day)
/// dS/dt = -β S I / N,   dI/dt = β S I / N - γ I,   N = 10⁶,   I(0) = 1,   R(0) = 0
/// xₖ ~ Binomial(1000, I(tₖ) / N),   tₖ = 0, 17, 34, …, 153 days
/// </code>
/// Source: Kermack and McKendrick, "A contribution to the mathematical theory of epidemics", 1927, as defined in sbibm.
/// </remarks>
internal sealed class SirTask : ISbiTask
{
    private const double Population = 1e6;
    private const double FirstInfected = 1;
    private const double SampleSize = 1000;
    private const double Interval = 17;
    private const int Times = 10;
    private static readonly LogNormalPrior Prior = new([Math.Log(0.4), Math.Log(0.125)], [0.5, 0.2]);

    /// <inheritdoc/>
    public string Name => "sir";

    /// <inheritdoc/>
    public int ParameterDimension => 2;

    /// <inheritdoc/>
    public int DataDimension => Times;

    /// <inheritdoc/>
    public Space ParameterSpace => new PositiveVectors(ParameterDimension);

    /// <inheritdoc/>
    public Tensor SamplePrior(long count, RandomStream random) => Prior.Sample(count, random);

    /// <inheritdoc/>
    public Tensor Simulate(Tensor parameters, RandomStream random)
    {
        using var scope = NewDisposeScope();
        using var infected = InfectedShare(parameters);
        var trials = full_like(infected, SampleSize);
        return random.Binomial(trials, infected).to(parameters.dtype).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor InSupport(Tensor parameters) => LogNormalPrior.Contains(parameters);

    /// <summary>
    /// arcsin √(x / 1000) without the first day, [..., 10] to [..., 9]: the deviation of a binomial share becomes the same,
    /// 0.016, from the first cases to the peak. The first day has one infected in a million whatever the parameters are.
    /// </summary>
    public Tensor ToCondition(Tensor data)
    {
        using var scope = NewDisposeScope();
        return (data.narrow(-1, 1, Times - 1) / SampleSize).sqrt().arcsin().MoveToOuterDisposeScope();
    }

    /// <summary>I(tₖ) / N: [N, 2] to [N, 10], float64.</summary>
    internal static Tensor InfectedShare(Tensor parameters)
    {
        using var scope = NewDisposeScope();
        var (contact, recovery) = (parameters.select(1, 0), parameters.select(1, 1));
        var logarithms = PredatorPrey.Solve(
            stack([zeros_like(recovery), -recovery], 0),
            stack([-contact, contact], 0),
            (Math.Log((Population - FirstInfected) / Population), Math.Log(FirstInfected / Population)),
            Interval,
            Times - 1);
        var later = logarithms.select(1, 1).exp().t();
        return cat([full_like(later.narrow(1, 0, 1), FirstInfected / Population), later], 1).MoveToOuterDisposeScope();
    }
}

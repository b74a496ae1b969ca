namespace FFF.Evaluation.Boltzmann;

/// <summary>
/// What the energies U of data x_i ~ p = exp(−U)/Z tell beside a density q, without an energy of any other point: weights w_i = q(x_i) exp(U(x_i)), whose mean
/// is 1/Z (reciprocal importance sampling; Gelfand and Dey, J. R. Stat. Soc. B 56, 1994), as long as q has no heavier tails than p.
/// </summary>
/// <remarks>
/// −log (1/n) Σ w is above log Z on average, and far above where q has mass that the data have not reached; the divergence by it is as much too small.
/// </remarks>
internal sealed class ReciprocalWeights
{
    private readonly IReadOnlyList<double> _energies;
    private readonly double[] _logWeights;
    private readonly ImportanceWeights _weights;

    /// <summary>Weights of the data.</summary>
    /// <param name="energies">U(x_i), finite, n of them, in the order of the series that they are.</param>
    /// <param name="logDensities">log q(x_i), finite.</param>
    public ReciprocalWeights(IReadOnlyList<double> energies, IReadOnlyList<double> logDensities)
    {
        _energies = energies;
        _logWeights = [.. energies.Zip(logDensities, (u, log) => u + log)];
        _weights = ImportanceWeights.Of(_logWeights) ?? throw new ArgumentException("No weight is finite.", nameof(energies));
        var n = energies.Count;
        LogZ = new(-_weights.LogMean, [.. _weights.Normalized.Select(w => 1 - (n * w))]);
        double[] nll = [.. logDensities.Select(log => -log)];
        (Nll, Line) = (SeriesEstimate.Mean(nll), EnergyLine.Of(energies, nll));
    }

    /// <summary>E_p[−log q].</summary>
    public SeriesEstimate Nll { get; }

    /// <summary>−log (1/n) Σ w.</summary>
    public SeriesEstimate LogZ { get; }

    /// <summary>−log q against U.</summary>
    public EnergyLine Line { get; }

    /// <summary>(Σ w)² / Σ w²: of how many data with equal weights the mean would be as good.</summary>
    public double EffectiveSamples => _weights.EffectiveSamples;

    /// <summary>The same, divided by n.</summary>
    public double EffectiveShare => _weights.EffectiveShare;

    /// <summary>The largest weight's share of all.</summary>
    public double LargestShare => _weights.LargestShare;

    /// <summary>KL(p‖q) = E_p[log p − log q] = −E_p[log w] − log Z.</summary>
    /// <param name="logZ">By these weights, or by others of the same rows.</param>
    public SeriesEstimate Divergence(SeriesEstimate logZ) => -SeriesEstimate.Mean(_logWeights) - logZ;

    /// <summary>−E_p[log p] = E_p[U] + log Z.</summary>
    /// <inheritdoc cref="Divergence"/>
    public SeriesEstimate Entropy(SeriesEstimate logZ) => SeriesEstimate.Mean(_energies) + logZ;

    /// <summary>log Z by these data and independent samples of q (<see cref="AcceptanceRatio"/>).</summary>
    /// <param name="samples">log w of the samples, exp(−U)/q: minus infinity for those of weight zero.</param>
    public SeriesEstimate BridgedLogZ(IReadOnlyList<double> samples) =>
        AcceptanceRatio.LogRatio([.. samples.Select(log => -log)], _logWeights);
}

namespace FFF.Evaluation.Boltzmann;

/// <summary>The mean negative log-likelihood of systems whose mean position is zero, in nats, in both conventions.</summary>
/// <param name="Normalized">−log q(x), of a density that integrates to one over the subspace of S = (N − 1)·d dimensions.</param>
/// <param name="WithoutConstant">The literature's, which leaves out the constant of the latent density: ½ S log 2π less.</param>
/// <param name="StandardError">Of either, by the spread over the systems.</param>
public sealed record SubspaceNll(double Normalized, double WithoutConstant, double StandardError)
{
    /// <summary>½ S log 2π, by which the conventions differ.</summary>
    /// <param name="dimension">S.</param>
    public static double Constant(int dimension) => 0.5 * dimension * Math.Log(2 * Math.PI);

    /// <summary>The mean over systems.</summary>
    /// <param name="logLikelihoods">log q(x) of each, fully normalised.</param>
    /// <param name="dimension">S.</param>
    /// <param name="correlation">Of the chains that drew the systems; null where they are taken as independent.</param>
    public static SubspaceNll Of(IReadOnlyList<double> logLikelihoods, int dimension, ChainCorrelation? correlation = null)
    {
        var mean = MeanEstimate.Of(logLikelihoods, correlation);
        return new(-mean.Value, -mean.Value - Constant(dimension), mean.StandardError);
    }
}

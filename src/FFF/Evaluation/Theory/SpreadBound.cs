using FFF.Evaluation.Boltzmann;
using FFF.Flows;

namespace FFF.Evaluation.Theory;

/// <summary>
/// The objective with the exact log-determinant, E_q[−log p(f(x)) − log|det J_f(x)| + β‖x − g(f(x))‖²], which bounds the spread divergence of
/// data q and model p_g, the density of g(z): KL(q ∗ N(0, σ²) ‖ p_g ∗ N(0, σ²)) + H(q), with σ² = 1/(2β).
/// </summary>
/// <remarks>
/// <para>
/// Let x̃ = x + σε. Of the pair (z, x̃) the data have the law Q: z = f(x); the model has P: z from p(z), x̃ from N(g(z), σ²), whose negative logarithm is
/// β‖x̃ − g(z)‖² and a constant. The laws of x̃ are marginals, so their divergence is at most
/// KL(Q ‖ P) = KL(f#q ‖ p) + E_z KL(Q(x̃ | z) ‖ N(g(z), σ²)).
/// Where f is one-to-one, H(f#q) = H(q) + E log|det J_f|, and Q(x̃ | z) = N(f⁻¹(z), σ²), so that the second term is β E‖x − g(f(x))‖²: the sum
/// is the objective less H(q).
/// </para>
/// <para>
/// Where f is not one-to-one, H(f#q) = H(q) + E log|det J_f| − H(x | f(x)), and the second term is β E‖x − g(f(x))‖² − I(x; x̃ | z). The divergence
/// is then at most the objective less H(q), and H(x | z, x̃) more: nothing where the points of one code are several σ apart. And since KL(f#q ‖ p) and
/// the second term are no less than zero, −E log q_f(x) ≥ H(q) − H(x | f(x)), with H(x | f(x)) ≤ β E‖x − g(f(x))‖² + H(x | z, x̃): the likelihood by the
/// encoder can be spurious by β times the reconstruction, and no more, where the points of one code are several σ apart.
/// </para>
/// </remarks>
/// <param name="Beta">β.</param>
/// <param name="Sigma">σ = √(1/(2β)), in the units that the flow is trained in, which are standard deviations where data are standardised.</param>
/// <param name="Value">The bound in nats, in the data's own units; less the entropy of the data it bounds the divergence.</param>
/// <param name="Slack">β‖x − g(f(x))‖² in nats: how much higher the bound is than the negative log-likelihood by the encoder.</param>
internal sealed record SpreadBound(double Beta, double Sigma, MeanEstimate Value, MeanEstimate Slack)
{
    /// <summary>The bound on data.</summary>
    /// <param name="likelihood">Of the data, at least two rows, on the CPU.</param>
    /// <param name="beta">β.</param>
    /// <param name="correlation">Of the chains that drew the data; null for independent samples.</param>
    public static SpreadBound Of(Likelihood likelihood, double beta, ChainCorrelation? correlation = null)
    {
        var slack = likelihood.Reconstruction.data<double>().Select(squared => beta * squared).ToArray();
        var bound = likelihood.Encoder.data<double>().Zip(slack, (logProb, more) => more - logProb).ToArray();
        return new(beta, Math.Sqrt(0.5 / beta), MeanEstimate.Of(bound, correlation), MeanEstimate.Of(slack, correlation));
    }
}

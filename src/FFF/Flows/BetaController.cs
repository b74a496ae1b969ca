namespace FFF.Flows;

/// <summary>
/// Raises β in the course of training, by a rate that follows numbers of training and validation, none of which depends on the data's units.
/// </summary>
/// <remarks>
/// The farther J_g J_f is from 1, the faster: there the surrogate's gradient is wrong, and where both are close to each other's inverse a small β lets
/// the likelihood have its way. The more nats β‖x − g(f(x))‖² already costs for each dimension, the slower: the networks have not caught up with β yet.
/// The rate is that of log β over a whole run, so that a run of more epochs takes the same course, and lies between two bounds. The lower one is the
/// usual rate where validation rows tell that a small β gains nothing: where the likelihoods of encoder and decoder differ, or stand still; and if
/// J_g J_f is near to 1 there, β catches up with the course that the usual rate alone takes. Where steps take the exact log-determinant, the distance is
/// not known and the rate the usual one: their gradient is right anyway, and slowed down by the cost alone slcp of the benchmark lost 0.2 nats.
/// </remarks>
/// <param name="dimension">S, the dimension of what the density lives on; its mean where it differs.</param>
/// <param name="to">What the usual rate leads to where the data's variance is 1; the others rise in proportion.</param>
internal sealed class BetaController(double dimension, double to = BetaController.UsualEnd)
{
    /// <summary>What β starts from where the data's variance is 1, as most schedules that were chosen by hand do.</summary>
    public const double Start = 5;

    /// <summary>What the usual rate leads to there, where most schedules end.</summary>
    public const double UsualEnd = 1000;

    /// <summary>The share of the run after which β stays.</summary>
    public const double Until = 0.9;

    /// <summary>
    /// A distance of J_g J_f from 1, and nats for each dimension, at which β would rise from 5 to 1,000 in a run. With an error of 0.1 in its place the
    /// validation likelihoods were worse, by 0.4 nats on both slcp and two_moons of the benchmark in 80 epochs.
    /// </summary>
    private const double UsualError = 0.3;
    private const double UsualCost = 0.05;
    private const double UsualRate = 5.9;

    /// <summary>What a factor e in either changes of the rate.</summary>
    private const double ErrorGain = 3.5;
    private const double CostGain = 1.5;

    /// <summary>
    /// Where J_g J_f is nearer to 1 than so, and likelihoods stay apart or stand still all the same, the reconstruction is too coarse, and β catches up with
    /// its usual course. Where it did not, gaussian_linear_uniform as fff init writes it had 0.20 nats, 0.05 more than by the schedule; so it has 0.15. Where
    /// it also did farther from 1, the README's example lost 0.09 nats over five seeds.
    /// </summary>
    private const double NearError = 0.1;

    /// <summary>
    /// Where J_g J_f is farther from 1 than so, and the reconstruction costs more nats for each dimension, neither network undoes the other, and β rises by
    /// a factor of three in 0.04 of the run. The learning rate of dw4_small rises faster than its small β holds: with the largest rate of the others it was
    /// lost for three to seven of 25 epochs. The distance alone does not tell: two_moons of the benchmark is as far for a third of the run, at 0.1 nats, and
    /// a β that left that behind sooner lost 0.03 nats there.
    /// </summary>
    private const double LostError = 1;
    private const double LostCost = 0.3;
    private const double RateOfTheLost = 30;

    /// <summary>
    /// β rises by a factor of 15 at least, even where J_g J_f is near 1: the reconstruction may be too coarse all the same.
    /// </summary>
    private const double SmallestRate = 3;

    /// <summary>
    /// It rises by the usual rate at least where the two likelihoods of validation rows stay so many nats apart for each dimension: what is gained is not
    /// to be trusted then. With a rate of 3.5 throughout, β of gaussian_linear_uniform of the benchmark came to 109, and they stayed 0.09 nats apart; with
    /// 4.5, that of bernoulli_glm_raw came to 345, and they stayed 0.29 nats apart.
    /// </summary>
    private const double Apart = 0.01;

    /// <summary>
    /// The same where the encoder's −log p(x) of validation rows falls no more. Where it falls by so many nats for each dimension, in a whole run at its
    /// pace, a small β still pays: dw4_small, which has 3,900 steps, loses 0.04 nats by a schedule that ends at 333 in place of 100.
    /// </summary>
    private const double StandsStill = 0.05;

    /// <summary>β rises by a factor of 3,300 in a run at most.</summary>
    private const double LargestRate = 9;

    private readonly double _scale = Math.Log(to / Start) / Math.Log(UsualEnd / Start);

    /// <summary>What β starts from on data of this variance.</summary>
    public static double StartOn(double variance) => variance > 0 ? Start / variance : Start;

    /// <summary>β of the steps after some.</summary>
    /// <param name="beta">That of these.</param>
    /// <param name="first">What it started from.</param>
    /// <param name="inverseError">How far J_g J_f was from 1 in them, √(mean ((vᵀ J_g J_f v − S)/S)²); null where no step told, as where all take the
    /// exact log-determinant.</param>
    /// <param name="reconstruction">‖x − g(f(x))‖² in them; null where no step told.</param>
    /// <param name="heldOut">The likelihoods of validation rows at the last validation; null before the first.</param>
    /// <param name="progress">The share of the run that is done.</param>
    /// <param name="share">The share of the run that these steps are.</param>
    public double Next(double beta, double first, double? inverseError, double? reconstruction, HeldOutLikelihoods? heldOut, double progress, double share)
    {
        var duration = Math.Min(share, Until - (progress - share));
        if (reconstruction is not { } distance || duration <= 0 || progress >= 1)
        {
            return beta;
        }

        var nats = beta * distance / dimension;
        var behind = inverseError < NearError ? (UsualRate * (progress - duration)) - (Math.Log(beta / first) / _scale) : 0;
        var rate = inverseError > LostError && nats > LostCost ? RateOfTheLost
            : Math.Clamp(RateBy(inverseError, nats), SmallestBy(Reason(heldOut), Math.Max(0, behind) / duration), LargestRate);
        return beta * Math.Exp(duration * _scale * rate);
    }

    /// <summary>The rate within its bounds, or beyond.</summary>
    /// <param name="inverseError">How far J_g J_f is from 1.</param>
    /// <param name="nats">What the reconstruction costs for each dimension.</param>
    private static double RateBy(double? inverseError, double nats)
    {
        var rate = inverseError is { } error
            ? UsualRate + (ErrorGain * Math.Log(error / UsualError)) - (CostGain * Math.Max(0, Math.Log(nats / UsualCost)))
            : UsualRate;
        return double.IsNaN(rate) ? UsualRate : rate;
    }

    /// <summary>The smallest rate: up to the usual one, and, where all speaks for that, what brings β back to its usual course, up to the largest.</summary>
    private static double SmallestBy(double reason, double behind) => reason == 1
        ? Math.Min(UsualRate + behind, LargestRate)
        : SmallestRate + ((UsualRate - SmallestRate) * reason);

    /// <summary>How much speaks for the usual rate, whatever J_g J_f is, 0 to 1.</summary>
    private double Reason(HeldOutLikelihoods? heldOut)
    {
        var apart = (heldOut?.LastingGap ?? 0) / (dimension * Apart);
        var standing = heldOut?.Fall is { } fall ? 1 - (fall / (dimension * StandsStill)) : 0;
        return Math.Clamp(Math.Max(apart, standing), 0, 1);
    }
}

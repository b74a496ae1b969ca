namespace FFF.Evaluation.Calibration;

/// <summary>The binomial distribution of N trials: how often an event of probability p occurs.</summary>
/// <param name="trials">N.</param>
internal sealed class Binomial(int trials)
{
    private readonly double[] _logFactorial = LogFactorials(trials);

    /// <summary>P(k of n trials), n ≤ N; p strictly between 0 and 1.</summary>
    public double Probability(int k, int n, double p) =>
        Math.Exp(_logFactorial[n] - _logFactorial[k] - _logFactorial[n - k] + (k * Math.Log(p)) + ((n - k) * Math.Log(1 - p)));

    /// <summary>
    /// The (1−share)/2 and the (1+share)/2 quantile of the count in N trials: whole numbers that it
    /// lies between, both included, with at least this probability.
    /// </summary>
    public (int Low, int High) CentralInterval(double p, double share)
    {
        var tail = (1 - share) / 2;
        return (Quantile(tail), Quantile(1 - tail));

        int Quantile(double probability)
        {
            var cumulated = 0.0;
            for (var k = 0; k < trials; k++)
            {
                cumulated += Probability(k, trials, p);
                if (cumulated >= probability)
                {
                    return k;
                }
            }

            return trials;
        }
    }

    private static double[] LogFactorials(int most)
    {
        var logs = new double[most + 1];
        for (var n = 2; n <= most; n++)
        {
            logs[n] = logs[n - 1] + Math.Log(n);
        }

        return logs;
    }
}

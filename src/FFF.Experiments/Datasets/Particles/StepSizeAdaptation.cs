namespace FFF.Datasets.Particles;

/// <summary>
/// Finds step sizes that are accepted as often as wanted: log ε rises by t^(−0.6)·(acceptance − target) at step t
/// (Robbins and Monro, 1951), and its average over the second half of the steps is what remains (Polyak and Juditsky, 1992).
/// </summary>
internal sealed class StepSizeAdaptation
{
    private const double Decay = 0.6;

    private readonly double _target;
    private readonly int _steps;
    private readonly double[] _log;
    private readonly double[] _sum;
    private int _step;

    /// <summary>Starts at a step size.</summary>
    /// <param name="start">The first step size of each group of chains.</param>
    /// <param name="target">The acceptance that is wanted.</param>
    /// <param name="steps">How many steps there will be.</param>
    public StepSizeAdaptation(IEnumerable<double> start, double target, int steps)
    {
        (_target, _steps) = (target, steps);
        _log = [.. start.Select(size => Math.Log(size))];
        _sum = new double[_log.Length];
    }

    /// <summary>What the next step shall use; after the last, what remains.</summary>
    public IReadOnlyList<double> StepSizes => _step < _steps
        ? [.. _log.Select(log => Math.Exp(log))]
        : [.. _sum.Select(sum => Math.Exp(sum / (_steps - _steps / 2)))];

    /// <summary>Learns how often a step was accepted in each group.</summary>
    public void Learn(IReadOnlyList<double> acceptance)
    {
        _step++;
        for (var k = 0; k < _log.Length; k++)
        {
            _log[k] += Math.Pow(_step, -Decay) * (acceptance[k] - _target);
            _sum[k] += _step > _steps / 2 ? _log[k] : 0;
        }
    }
}

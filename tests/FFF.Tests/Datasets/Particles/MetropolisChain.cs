namespace FFF.Tests.Datasets.Particles;

/// <summary>An independent sampler for comparison: one particle is moved at a time, in plain numbers, over brute-force sums.</summary>
internal sealed class MetropolisChain
{
    private readonly Func<double, double> _pair;
    private readonly bool _oscillator;
    private readonly int _dimensions;
    private readonly double _step;
    private readonly Random _random;
    private readonly double[][] _x;

    /// <summary>Starts a chain.</summary>
    /// <param name="pair">u(r²).</param>
    /// <param name="oscillator">Whether ½Σ‖x_i − x̄‖² is added.</param>
    /// <param name="start">Positions, particle by particle.</param>
    /// <param name="step">A coordinate moves at most so far.</param>
    /// <param name="seed">Of the moves.</param>
    public MetropolisChain(Func<double, double> pair, bool oscillator, double[][] start, double step, int seed)
    {
        (_pair, _oscillator, _dimensions, _step, _random) = (pair, oscillator, start[0].Length, step, new Random(seed));
        _x = [.. start.Select(p => (double[])p.Clone())];
    }

    /// <summary>U of the present positions.</summary>
    public double Energy() => Energy(_pair, _oscillator, _x);

    /// <summary>The distances of all pairs.</summary>
    public IEnumerable<double> Distances() =>
        from i in Enumerable.Range(0, _x.Length)
        from j in Enumerable.Range(0, i)
        select Math.Sqrt(SquaredDistance(_x[i], _x[j]));

    /// <summary>U by its definition.</summary>
    public static double Energy(Func<double, double> pair, bool oscillator, double[][] x)
    {
        var energy = 0.0;
        for (var i = 0; i < x.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                energy += pair(SquaredDistance(x[i], x[j]));
            }
        }

        var mean = Enumerable.Range(0, x[0].Length).Select(k => x.Average(p => p[k])).ToArray();
        return energy + (oscillator ? 0.5 * x.Sum(p => SquaredDistance(p, mean)) : 0);
    }

    /// <summary>Tries to move each particle once.</summary>
    public void Sweep()
    {
        var moved = new double[_dimensions];
        for (var i = 0; i < _x.Length; i++)
        {
            for (var k = 0; k < _dimensions; k++)
            {
                moved[k] = _x[i][k] + _step * (2 * _random.NextDouble() - 1);
            }

            if (_random.NextDouble() < Math.Exp(-Difference(i, moved)))
            {
                moved.CopyTo(_x[i], 0);
            }
        }
    }

    private double Difference(int i, double[] moved)
    {
        var difference = 0.0;
        for (var j = 0; j < _x.Length; j++)
        {
            difference += j == i ? 0 : _pair(SquaredDistance(moved, _x[j])) - _pair(SquaredDistance(_x[i], _x[j]));
        }

        if (_oscillator)
        {
            // Σ‖x‖² − N‖x̄‖² before and after.
            for (var k = 0; k < _dimensions; k++)
            {
                var (sum, move) = (0.0, moved[k] - _x[i][k]);
                foreach (var particle in _x)
                {
                    sum += particle[k];
                }

                difference += 0.5 * (moved[k] * moved[k] - _x[i][k] * _x[i][k] - ((sum + move) * (sum + move) - sum * sum) / _x.Length);
            }
        }

        return difference;
    }

    private static double SquaredDistance(double[] a, double[] b)
    {
        var sum = 0.0;
        for (var k = 0; k < a.Length; k++)
        {
            sum += (a[k] - b[k]) * (a[k] - b[k]);
        }

        return sum;
    }
}

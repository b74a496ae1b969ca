namespace FFF.Paper;

/// <summary>A point of the plane, or a vector in it.</summary>
/// <param name="A">Its first coordinate.</param>
/// <param name="B">Its second coordinate.</param>
internal readonly record struct PlanePoint(double A, double B)
{
    /// <summary>The distance from the origin.</summary>
    public double Norm => double.Hypot(A, B);

    public static PlanePoint operator +(PlanePoint x, PlanePoint y) => new(x.A + y.A, x.B + y.B);

    public static PlanePoint operator -(PlanePoint x, PlanePoint y) => new(x.A - y.A, x.B - y.B);

    public static PlanePoint operator *(double factor, PlanePoint x) => new(factor * x.A, factor * x.B);
}

/// <summary>What descent does near a critical point of its field.</summary>
internal enum CriticalKind
{
    /// <summary>It is drawn in from all sides.</summary>
    Minimum,

    /// <summary>It is drawn in from some sides, and driven away to others.</summary>
    Saddle,

    /// <summary>It is driven away.</summary>
    Maximum,
}

/// <summary>A point where a gradient vanishes.</summary>
/// <param name="At">Where.</param>
/// <param name="Kind">What it is, by the eigenvalues of the gradient's Jacobian.</param>
internal sealed record CriticalPoint(PlanePoint At, CriticalKind Kind);

/// <summary>A gradient over the plane: one that is a function's, or an estimator's expectation, which need not be any function's.</summary>
/// <param name="gradient">The gradient at a point.</param>
internal sealed class PlaneField(Func<PlanePoint, PlanePoint> gradient)
{
    private const double Tiny = 1e-5;
    private const double Converged = 1e-9;
    private const double Same = 1e-4;
    private const int MaxSteps = 60;

    /// <summary>The gradient at a point.</summary>
    public PlanePoint At(PlanePoint point) => gradient(point);

    /// <summary>The critical points that damped Newton iterations find from these starts, each once.</summary>
    public IReadOnlyList<CriticalPoint> CriticalPoints(IEnumerable<PlanePoint> starts)
    {
        var found = new List<CriticalPoint>();
        foreach (var point in starts.Select(Newton).OfType<PlanePoint>())
        {
            if (found.All(other => (other.At - point).Norm > Same))
            {
                found.Add(new(point, Kind(point)));
            }
        }

        return found;
    }

    /// <summary>The path that descent takes from a point, dθ/dt = −∇/‖∇‖, by Runge and Kutta's midpoint rule, up to a critical point or a number of
    /// steps.</summary>
    /// <param name="start">Where it begins.</param>
    /// <param name="step">The length of a step.</param>
    /// <param name="count">The most steps.</param>
    public IReadOnlyList<PlanePoint> Descend(PlanePoint start, double step, int count)
    {
        var path = new List<PlanePoint> { start };
        while (path.Count <= count && Direction(path[^1]) is { } first && Direction(path[^1] + 0.5 * step * first) is { } middle)
        {
            path.Add(path[^1] + step * middle);
        }

        return path;

        PlanePoint? Direction(PlanePoint point) => At(point) is var g && g.Norm > step * step && double.IsFinite(g.Norm) ? -1 / g.Norm * g : null;
    }

    private PlanePoint? Newton(PlanePoint point)
    {
        for (var i = 0; i < MaxSteps; i++)
        {
            var value = At(point);
            if (!double.IsFinite(value.Norm))
            {
                return null;
            }

            if (value.Norm < Converged)
            {
                return point;
            }

            var (alongA, alongB) = Jacobian(point);
            var determinant = (alongA.A * alongB.B) - (alongB.A * alongA.B);
            var newton = 1 / determinant
                * new PlanePoint((value.A * alongB.B) - (alongB.A * value.B), (alongA.A * value.B) - (value.A * alongA.B));
            var length = Enumerable.Range(0, 20).Select(k => Math.Pow(0.5, k)).FirstOrDefault(t => At(point - t * newton).Norm < value.Norm);
            if (length == 0)
            {
                return null;
            }

            point -= length * newton;
        }

        return null;
    }

    private CriticalKind Kind(PlanePoint point)
    {
        var (alongA, alongB) = Jacobian(point);
        var (trace, determinant) = (alongA.A + alongB.B, (alongA.A * alongB.B) - (alongB.A * alongA.B));
        return determinant < 0 ? CriticalKind.Saddle : trace > 0 ? CriticalKind.Minimum : CriticalKind.Maximum;
    }

    /// <summary>The derivatives of the gradient along either coordinate, by central differences.</summary>
    private (PlanePoint AlongA, PlanePoint AlongB) Jacobian(PlanePoint point)
    {
        PlanePoint Along(PlanePoint by) => 0.5 / Tiny * (At(point + Tiny * by) - At(point - Tiny * by));
        return (Along(new(1, 0)), Along(new(0, 1)));
    }
}

using static TorchSharp.torch;

namespace FFF.Transforms;

/// <summary>
/// An increasing bijection of a column's numbers, in float64. What is returned belongs to the caller, or to the scope around; it is differentiable.
/// </summary>
internal abstract record ColumnMap
{
    /// <summary>y of x; NaN where x lies outside of what the map takes.</summary>
    public abstract Tensor Forward(Tensor x);

    /// <summary>The x that becomes y; of every y one that the map takes.</summary>
    public abstract Tensor Inverse(Tensor y);

    /// <summary>log dy/dx at y.</summary>
    public abstract Tensor LogSlope(Tensor y);
}

/// <summary>y = ln(x − a) for x above a.</summary>
/// <param name="Bound">a.</param>
internal sealed record AboveMap(double Bound) : ColumnMap
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => (x - Bound).log();

    /// <inheritdoc/>
    public override Tensor Inverse(Tensor y) => Bound + y.exp();

    /// <inheritdoc/>
    public override Tensor LogSlope(Tensor y) => -y;
}

/// <summary>y = −ln(b − x) for x below b.</summary>
/// <param name="Bound">b.</param>
internal sealed record BelowMap(double Bound) : ColumnMap
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => -(Bound - x).log();

    /// <inheritdoc/>
    public override Tensor Inverse(Tensor y) => Bound - (-y).exp();

    /// <inheritdoc/>
    public override Tensor LogSlope(Tensor y) => y.alias();
}

/// <summary>
/// y = ln((x − a) / (b − x)) for x from a to b. What lies closer to a bound than 2⁻²⁴ of the width, as only rounded numbers and those on the bound
/// itself do, is taken as if it lay there: no number in the box becomes infinite.
/// </summary>
/// <param name="Low">a.</param>
/// <param name="High">b.</param>
internal sealed record LogitMap(double Low, double High) : ColumnMap
{
    private static readonly double Largest = 24 * Math.Log(2);

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => ((x - Low).log() - (High - x).log()).clamp(-Largest, Largest);

    /// <inheritdoc/>
    public override Tensor Inverse(Tensor y) => (Low + ((High - Low) * y.sigmoid())).clamp(Low, High);

    /// <inheritdoc/>
    public override Tensor LogSlope(Tensor y) => -nn.functional.logsigmoid(y) - nn.functional.logsigmoid(-y) - Math.Log(High - Low);
}

/// <summary>The same of ln x, for positive x from a to b: each factor is as wide.</summary>
/// <param name="Low">a, above 0.</param>
/// <param name="High">b.</param>
internal sealed record LogLogitMap(double Low, double High) : ColumnMap
{
    private readonly LogitMap _ofLogarithms = new(Math.Log(Low), Math.Log(High));

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        // The logarithm of a number in the box can be rounded out of it, that of others must not be let in.
        var inside = x.clamp(Low, High);
        return _ofLogarithms.Forward(inside.log().clamp(Math.Log(Low), Math.Log(High))).where(x.eq(inside), x.new_full(1, double.NaN));
    }

    /// <inheritdoc/>
    public override Tensor Inverse(Tensor y) => _ofLogarithms.Inverse(y).exp().clamp(Low, High);

    /// <inheritdoc/>
    public override Tensor LogSlope(Tensor y) => _ofLogarithms.LogSlope(y) - _ofLogarithms.Inverse(y);
}

/// <summary>y = arsinh(x / s): about x / s near zero and a logarithm of either sign far from it, for heavy tails and counts.</summary>
/// <param name="Scale">s, above 0.</param>
internal sealed record SignedLogMap(double Scale) : ColumnMap
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => (x / Scale).asinh();

    /// <inheritdoc/>
    public override Tensor Inverse(Tensor y) => Scale * y.sinh();

    /// <inheritdoc/>
    public override Tensor LogSlope(Tensor y)
    {
        // −ln(s cosh y), whose cosh would overflow.
        var size = y.abs();
        return -Math.Log(Scale) - (size + (-2 * size).exp().log1p() - Math.Log(2));
    }
}

/// <summary>
/// Between knots that are ranks of the data, straight lines to the quantiles of a standard normal density; the outermost lines go on. Whatever the data's
/// density was, it becomes about normal.
/// </summary>
/// <param name="X">The knots, rising.</param>
/// <param name="Y">What they become, rising.</param>
internal sealed record RankMap(double[] X, double[] Y) : ColumnMap
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => Interpolated(x, X, Y);

    /// <inheritdoc/>
    public override Tensor Inverse(Tensor y) => Interpolated(y, Y, X);

    /// <inheritdoc/>
    public override Tensor LogSlope(Tensor y)
    {
        var (from, to) = (tensor(X), tensor(Y));
        return (to.diff() / from.diff()).log().index_select(0, Line(y, to));
    }

    private static Tensor Interpolated(Tensor values, double[] from, double[] to)
    {
        var (start, end) = (tensor(from), tensor(to));
        var line = Line(values, start);
        var slopes = end.diff() / start.diff();
        return end.index_select(0, line) + ((values - start.index_select(0, line)) * slopes.index_select(0, line));
    }

    /// <summary>The number of the line that each value lies on.</summary>
    private static Tensor Line(Tensor values, Tensor knots)
    {
        using var scope = NewDisposeScope();
        var inner = knots.narrow(0, 1, knots.shape[0] - 2);
        return searchsorted(inner, values.detach().contiguous(), right: true).MoveToOuterDisposeScope();
    }
}

using FFF.Graphs;
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

    /// <summary>The same in a graph of operators; anything where x lies outside.</summary>
    public abstract GraphValue Forward(GraphValue x);

    /// <inheritdoc cref="Inverse(Tensor)"/>
    public abstract GraphValue Inverse(GraphValue y);

    /// <inheritdoc cref="LogSlope(Tensor)"/>
    public abstract GraphValue LogSlope(GraphValue y);

    /// <summary>Where the map takes x; null where it takes all numbers.</summary>
    public virtual GraphValue? Inside(GraphValue x) => null;
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

    /// <inheritdoc/>
    public override GraphValue Forward(GraphValue x) => (x - Bound).Log();

    /// <inheritdoc/>
    public override GraphValue Inverse(GraphValue y) => Bound + y.Exp();

    /// <inheritdoc/>
    public override GraphValue LogSlope(GraphValue y) => -y;

    /// <inheritdoc/>
    public override GraphValue Inside(GraphValue x) => x.Above(Bound);
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

    /// <inheritdoc/>
    public override GraphValue Forward(GraphValue x) => -(Bound - x).Log();

    /// <inheritdoc/>
    public override GraphValue Inverse(GraphValue y) => Bound - (-y).Exp();

    /// <inheritdoc/>
    public override GraphValue LogSlope(GraphValue y) => y;

    /// <inheritdoc/>
    public override GraphValue Inside(GraphValue x) => x.Below(Bound);
}

/// <summary>
/// y = ln((x − a) / (b − x)) for x from a to b, as runs of earlier versions have it. What lies closer to a bound than 2⁻²⁴ of the width, as only rounded
/// numbers and those on the bound itself do, is taken as if it lay there: no number in the box becomes infinite.
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

    /// <inheritdoc/>
    public override GraphValue Forward(GraphValue x) => ((x - Low).Log() - (High - x).Log()).Clip(-Largest, Largest);

    /// <inheritdoc/>
    public override GraphValue Inverse(GraphValue y) => (Low + ((High - Low) * y.Sigmoid())).Clip(Low, High);

    /// <inheritdoc/>
    public override GraphValue LogSlope(GraphValue y) => -y.LogSigmoid() - (-y).LogSigmoid() - Math.Log(High - Low);

    /// <inheritdoc/>
    public override GraphValue Inside(GraphValue x) => x.AtLeast(Low).And(x.AtMost(High));
}

/// <summary>
/// y = u + s ln[(1 − e^(−u/s)) / (1 − e^(−(1−u)/s))] of the place u = (x − a) / (b − a) in the box: about u itself, but within about s of a bound a
/// logarithm of the distance to it. Unlike the logit, it leaves the shape of what lies inside. Its inverse is u = s [softplus(y/s) − softplus((y−1)/s)], and
/// what lies closer to a bound than 2⁻²⁴ of the width is taken as if it lay there.
/// </summary>
/// <param name="Low">a.</param>
/// <param name="High">b.</param>
/// <param name="Edge">s, above 0.</param>
internal sealed record BoxMap(double Low, double High, double Edge) : ColumnMap
{
    private static readonly double Closest = Math.ScaleB(1, -24);
    private readonly double _width = High - Low;

    /// <summary>y of what is closest to the lower bound; 1 less it is that of what is closest to the upper one.</summary>
    private readonly double _least = Closest + (Edge * (Math.Log(1 - Math.Exp(-Closest / Edge)) - Math.Log(1 - Math.Exp(-(1 - Closest) / Edge))));

    /// <summary>ln of the width and of 1 − e^(−1/s), which all slopes have in common.</summary>
    private readonly double _logScale = Math.Log(High - Low) + Math.Log(1 - Math.Exp(-1 / Edge));

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        // Both distances by their own difference: near a bound 1 − u would be rounded.
        var (above, below) = ((x - Low) / _width, (High - x) / _width);
        return (above + (Edge * ((-(-above / Edge).expm1()).log() - (-(-below / Edge).expm1()).log()))).clamp(_least, 1 - _least);
    }

    /// <inheritdoc/>
    public override Tensor Inverse(Tensor y) => (Low + (_width * Edge
        * (nn.functional.logsigmoid((1 - y) / Edge) - nn.functional.logsigmoid(-y / Edge)))).clamp(Low, High);

    /// <inheritdoc/>
    public override Tensor LogSlope(Tensor y) => -nn.functional.logsigmoid(y / Edge) - nn.functional.logsigmoid((1 - y) / Edge) - _logScale;

    /// <inheritdoc/>
    public override GraphValue Forward(GraphValue x)
    {
        var (above, below) = ((x - Low) / _width, (High - x) / _width);
        return (above + (Edge * ((1 - (-above / Edge).Exp()).Log() - (1 - (-below / Edge).Exp()).Log()))).Clip(_least, 1 - _least);
    }

    /// <inheritdoc/>
    public override GraphValue Inverse(GraphValue y) =>
        (Low + (_width * Edge * (((1 - y) / Edge).LogSigmoid() - (-y / Edge).LogSigmoid()))).Clip(Low, High);

    /// <inheritdoc/>
    public override GraphValue LogSlope(GraphValue y) => -(y / Edge).LogSigmoid() - ((1 - y) / Edge).LogSigmoid() - _logScale;

    /// <inheritdoc/>
    public override GraphValue Inside(GraphValue x) => x.AtLeast(Low).And(x.AtMost(High));
}

/// <summary>A map of ln x, for positive x from a to b: each factor is as wide.</summary>
/// <param name="Low">a, above 0.</param>
/// <param name="High">b.</param>
/// <param name="OfLogarithms">What takes the logarithms, from ln a to ln b.</param>
internal sealed record LogMap(double Low, double High, ColumnMap OfLogarithms) : ColumnMap
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        // The logarithm of a number in the box can be rounded out of it, that of others must not be let in.
        var inside = x.clamp(Low, High);
        return OfLogarithms.Forward(inside.log().clamp(Math.Log(Low), Math.Log(High))).where(x.eq(inside), x.new_full(1, double.NaN));
    }

    /// <inheritdoc/>
    public override Tensor Inverse(Tensor y) => OfLogarithms.Inverse(y).exp().clamp(Low, High);

    /// <inheritdoc/>
    public override Tensor LogSlope(Tensor y) => OfLogarithms.LogSlope(y) - OfLogarithms.Inverse(y);

    /// <inheritdoc/>
    public override GraphValue Forward(GraphValue x) => OfLogarithms.Forward(x.Clip(Low, High).Log().Clip(Math.Log(Low), Math.Log(High)));

    /// <inheritdoc/>
    public override GraphValue Inverse(GraphValue y) => OfLogarithms.Inverse(y).Exp().Clip(Low, High);

    /// <inheritdoc/>
    public override GraphValue LogSlope(GraphValue y) => OfLogarithms.LogSlope(y) - OfLogarithms.Inverse(y);

    /// <inheritdoc/>
    public override GraphValue Inside(GraphValue x) => x.AtLeast(Low).And(x.AtMost(High));
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

    /// <summary>sign(x) ln(|x/s| + √(x²/s² + 1)): runtimes have arsinh in float32 alone.</summary>
    public override GraphValue Forward(GraphValue x)
    {
        var size = (x / Scale).Abs();
        return x.Apply("Sign") * (size + (1 + size.Square()).Sqrt()).Log();
    }

    /// <inheritdoc/>
    public override GraphValue Inverse(GraphValue y) => Scale / 2 * (y.Exp() - (-y).Exp());

    /// <inheritdoc/>
    public override GraphValue LogSlope(GraphValue y)
    {
        var size = y.Abs();
        return Math.Log(2) - Math.Log(Scale) - (size + (1 + (-2 * size).Exp()).Log());
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

    /// <inheritdoc/>
    public override GraphValue Forward(GraphValue x) => Interpolated(x, X, Y);

    /// <inheritdoc/>
    public override GraphValue Inverse(GraphValue y) => Interpolated(y, Y, X);

    /// <inheritdoc/>
    public override GraphValue LogSlope(GraphValue y) =>
        Numbers(y, [.. Slopes(X, Y).Select(slope => Math.Log(slope))]).Gather(Line(y, Y), 0);

    private static GraphValue Interpolated(GraphValue values, double[] from, double[] to)
    {
        var line = Line(values, from);
        return Numbers(values, to).Gather(line, 0)
            + ((values - Numbers(values, from).Gather(line, 0)) * Numbers(values, [.. Slopes(from, to)]).Gather(line, 0));
    }

    /// <summary>How many inner knots lie at or below each value, [N, 1].</summary>
    private static GraphValue Line(GraphValue values, double[] knots) =>
        values.AtLeast(Numbers(values, knots[1..^1])).Cast(ElementKind.Integer).Sum(-1, keeps: true);

    private static GraphValue Numbers(GraphValue like, double[] numbers) => like.Graph.Constant(numbers, [numbers.Length], like.Kind);

    private static IEnumerable<double> Slopes(double[] from, double[] to) => Enumerable.Range(0, from.Length - 1)
        .Select(line => (to[line + 1] - to[line]) / (from[line + 1] - from[line]));
}

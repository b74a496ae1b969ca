using FFF.Graphs;

namespace FFF.Flows.Splines;

/// <summary>A <see cref="RationalQuadraticSpline"/> as operators of a graph, with the same names and equations.</summary>
internal sealed class GraphSpline
{
    private readonly double _bound;
    private readonly GraphValue _startsX;
    private readonly GraphValue _startsY;
    private readonly GraphValue _widths;
    private readonly GraphValue _heights;
    private readonly GraphValue _left;
    private readonly GraphValue _right;
    private readonly int _bins;

    /// <summary>One spline for each of M components of each row.</summary>
    /// <param name="parameters">[B, M, 3K − 1].</param>
    /// <param name="bins">K.</param>
    /// <param name="bound">B.</param>
    public GraphSpline(GraphValue parameters, int bins, double bound)
    {
        (_bound, _bins) = (bound, bins);
        (_startsX, _widths) = Sides(parameters.Slice(-1, 0, bins));
        (_startsY, _heights) = Sides(parameters.Slice(-1, bins, bins));
        var inner = Positive.From(parameters.Slice(-1, 2 * bins, bins - 1), RationalQuadraticSpline.Least);
        var end = 1 + (0 * inner.Slice(-1, 0, 1));
        (_left, _right) = (end.Append(inner), inner.Append(end));
    }

    /// <summary>y, and log dy/dx at x, [B, M] each.</summary>
    public (GraphValue Y, GraphValue LogDerivative) Forward(GraphValue x)
    {
        var inside = x.Clip(-_bound, _bound);
        var bin = Locate(inside, _startsX);
        var xi = (inside - bin.X) / bin.Width;
        var product = xi * (1 - xi);
        var slope = bin.Height / bin.Width;
        var y = bin.Y + (bin.Height * ((slope * xi.Square()) + (bin.Left * product)) / Denominator(bin, slope, product));
        return (y + (x - inside), LogDerivative(bin, slope, xi, product));
    }

    /// <summary>x, and log dy/dx at x, [B, M] each.</summary>
    public (GraphValue X, GraphValue LogDerivative) Inverse(GraphValue y)
    {
        var inside = y.Clip(-_bound, _bound);
        var bin = Locate(inside, _startsY);
        var slope = bin.Height / bin.Width;
        var rise = inside - bin.Y;
        var bend = rise * (bin.Left + bin.Right - (2 * slope));
        var a = bend + (bin.Height * (slope - bin.Left));
        var b = (bin.Height * bin.Left) - bend;
        var c = -(slope * rise);
        var square = b.Square() - (4 * (a * c));
        var root = square.Graph.Apply("Max", square.Kind, [square, square.Of(0)]).Sqrt();
        var isNegative = b.Below(0);
        var xi = isNegative.Choose(root - b, -2 * c) / isNegative.Choose(2 * a, root + b);
        return (bin.X + (bin.Width * xi) + (y - inside), LogDerivative(bin, slope, xi, xi * (1 - xi)));
    }

    private (GraphValue Starts, GraphValue Sides) Sides(GraphValue logits)
    {
        const double least = RationalQuadraticSpline.Least;
        var shares = least + ((1 - (least * _bins)) * logits.Apply("Softmax", ("axis", -1)));
        var sides = 2 * _bound * shares;
        var ends = sides.Graph.Apply("CumSum", sides.Kind, [sides, sides.Graph.Integers(-1)]);
        return (ends - sides - _bound, sides);
    }

    private static GraphValue Denominator(Bin bin, GraphValue slope, GraphValue product) => slope + ((bin.Left + bin.Right - (2 * slope)) * product);

    private static GraphValue LogDerivative(Bin bin, GraphValue slope, GraphValue xi, GraphValue product)
    {
        var numerator = (bin.Right * xi.Square()) + (2 * (slope * product)) + (bin.Left * (1 - xi).Square());
        return (2 * (slope / Denominator(bin, slope, product)).Log()) + numerator.Log();
    }

    /// <summary>The bin of each value, by how many inner knots lie at or below it.</summary>
    private Bin Locate(GraphValue value, GraphValue starts)
    {
        var index = value.Unsqueeze(-1).AtLeast(starts.Slice(-1, 1, _bins - 1)).Cast(ElementKind.Integer).Sum(-1, keeps: true);
        GraphValue Entry(GraphValue all) => all.Graph.Apply("GatherElements", all.Kind, [all, index], ("axis", -1)).Squeeze(-1);
        return new(Entry(_startsX), Entry(_startsY), Entry(_widths), Entry(_heights), Entry(_left), Entry(_right));
    }

    private sealed record Bin(GraphValue X, GraphValue Y, GraphValue Width, GraphValue Height, GraphValue Left, GraphValue Right);
}

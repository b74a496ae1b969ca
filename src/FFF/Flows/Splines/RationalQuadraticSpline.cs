using static TorchSharp.torch;

namespace FFF.Flows.Splines;

/// <summary>
/// Monotonic rational-quadratic splines from [−B, B] onto itself, the identity outside. Between the knots (x_k, y_k) and
/// (x_k + w, y_k + h), with slope s = h/w, derivatives δ and δ' at the two, and ξ = (x − x_k)/w,
/// <code>
/// y = y_k + h·(s ξ² + δ ξ(1−ξ)) / q,        q = s + (δ' + δ − 2s) ξ(1−ξ),
/// dy/dx = s²·(δ' ξ² + 2s ξ(1−ξ) + δ (1−ξ)²) / q².
/// </code>
/// </summary>
/// <remarks>Durkan, Bekasov, Murray and Papamakarios, "Neural Spline Flows", NeurIPS 2019, equations 4 to 8.</remarks>
internal sealed class RationalQuadraticSpline
{
    /// <summary>The least width and height of a bin as a share of the interval, and the least derivative.</summary>
    public const double Least = 1e-3;

    private readonly double _bound;
    private readonly Tensor _innerX;
    private readonly Tensor _innerY;

    /// <summary>x_k, w, y_k, h, δ and δ' of every bin, [..., 6, K].</summary>
    private readonly Tensor _bins;

    /// <summary>One spline for each leading index. All parameters zero: the identity.</summary>
    /// <param name="parameters">[..., 3K − 1]: logits of K widths, logits of K heights, and K − 1 inner derivatives, unconstrained.</param>
    /// <param name="bins">K.</param>
    /// <param name="bound">B.</param>
    public RationalQuadraticSpline(Tensor parameters, int bins, double bound)
    {
        _bound = bound;
        var sides = Shares(parameters.narrow(-1, 0, 2 * bins).reshape([.. parameters.shape[..^1], 2, bins])) * (2 * bound);
        var starts = sides.cumsum(-1) - sides - bound;
        var inner = Positive.From(parameters.narrow(-1, 2 * bins, bins - 1), Least);
        var end = ones([.. inner.shape[..^1], 1], dtype: inner.dtype, device: inner.device);
        var derivatives = stack([cat([end, inner], -1), cat([inner, end], -1)], -2);
        var innerStarts = starts.narrow(-1, 1, bins - 1);
        (_innerX, _innerY) = (innerStarts.select(-2, 0), innerStarts.select(-2, 1));
        _bins = cat([starts, sides, derivatives], -2);
    }

    /// <summary>How many numbers describe a spline of K bins.</summary>
    public static int ParameterCount(int bins) => 3 * bins - 1;

    /// <summary>y, and log dy/dx at x, each of x's shape, which is that of the parameters' leading indices.</summary>
    public (Tensor Y, Tensor LogDerivative) Forward(Tensor x)
    {
        var inside = Inside(x);
        var bin = Locate(inside, _innerX);
        var xi = (inside - bin.X) / bin.Width;
        var product = xi * (1 - xi);
        var slope = bin.Height / bin.Width;
        var y = bin.Y + bin.Height * (slope * xi.square() + bin.Left * product) / Denominator(bin, slope, product);

        // Outside, dy/dx at the bound, which is 1, belongs to y = x too.
        return (y + (x - inside), LogDerivative(bin, slope, xi, product));
    }

    /// <summary>x, and log dy/dx at x.</summary>
    public (Tensor X, Tensor LogDerivative) Inverse(Tensor y)
    {
        var inside = Inside(y);
        var bin = Locate(inside, _innerY);
        var slope = bin.Height / bin.Width;

        // a ξ² + b ξ + c = 0. One of the two forms of its root subtracts nearly equal numbers, depending on b's sign.
        var rise = inside - bin.Y;
        var bend = rise * (bin.Left + bin.Right - 2 * slope);
        var a = bend + bin.Height * (slope - bin.Left);
        var b = bin.Height * bin.Left - bend;
        var c = -slope * rise;
        var root = (b.square() - 4 * a * c).clamp_min(0).sqrt();
        var isNegative = b < 0;
        var xi = where(isNegative, root - b, -2 * c) / where(isNegative, 2 * a, root + b);

        var x = bin.X + bin.Width * xi;
        return (x + (y - inside), LogDerivative(bin, slope, xi, xi * (1 - xi)));
    }

    /// <summary>The nearest value in [−B, B]. Lazy tensors cannot differentiate a clamp with two bounds.</summary>
    private Tensor Inside(Tensor value) => value.clamp_min(-_bound).clamp_max(_bound);

    /// <summary>Shares of a whole, each at least so large, that the logits stand for.</summary>
    private static Tensor Shares(Tensor logits) => logits.softmax(-1) * (1 - Least * logits.shape[^1]) + Least;

    private static Tensor Denominator(Bin bin, Tensor slope, Tensor product) => slope + (bin.Left + bin.Right - 2 * slope) * product;

    private static Tensor LogDerivative(Bin bin, Tensor slope, Tensor xi, Tensor product)
    {
        var numerator = bin.Right * xi.square() + 2 * slope * product + bin.Left * (1 - xi).square();
        return 2 * (slope / Denominator(bin, slope, product)).log() + numerator.log();
    }

    /// <summary>The bin of each value among the inner knots of its spline.</summary>
    private Bin Locate(Tensor value, Tensor inner)
    {
        var index = (value.unsqueeze(-1) >= inner).sum(-1);
        var found = _bins.gather(-1, index.unsqueeze(-1).unsqueeze(-1).expand([.. index.shape, 6, 1])).squeeze(-1);
        Tensor Entry(int i) => found.select(-1, i);
        return new(X: Entry(0), Width: Entry(2), Y: Entry(1), Height: Entry(3), Left: Entry(4), Right: Entry(5));
    }

    /// <summary>The bin that a value lies in: its knot, sides, and derivatives at its ends.</summary>
    private sealed record Bin(Tensor X, Tensor Y, Tensor Width, Tensor Height, Tensor Left, Tensor Right);
}

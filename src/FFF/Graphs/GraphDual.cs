using FFF.Autodiff;
using static TorchSharp.torch;

namespace FFF.Graphs;

/// <summary>
/// A value with its tangents in a graph of operators: what <see cref="Dual"/> is over tensors. Tangents have one more axis behind the first, and a first axis
/// of length 1 where they are the same for all rows.
/// </summary>
/// <param name="Value">[B, ..., width], float32.</param>
/// <param name="Tangent">[B or 1, K, ..., width]; null for a plain forward pass.</param>
/// <param name="Width">The length of the last axis.</param>
internal sealed record GraphDual(GraphValue Value, GraphValue? Tangent, int Width)
{
    private OperatorGraph Graph => Value.Graph;

    /// <summary>Rows whose tangents are given directions, the same for each.</summary>
    /// <param name="rows">[B, D].</param>
    /// <param name="width">D.</param>
    /// <param name="basis">The directions, [D, S]; the axes if null.</param>
    public static GraphDual Along(GraphValue rows, int width, Tensor? basis)
    {
        using var scope = NewDisposeScope();
        var directions = (basis?.detach().t() ?? eye(width)).unsqueeze(0);
        return new(rows, rows.Graph.Constant(directions, ElementKind.Single), width);
    }

    /// <summary>y = x Wᵀ + b, ẏ = ẋ Wᵀ.</summary>
    public GraphDual Linear(Tensor weight, Tensor? bias)
    {
        var matrix = Graph.Parameter(weight, isTransposed: true);
        var value = Value.MatMul(matrix);
        return new(bias is null ? value : value + Graph.Parameter(bias), Tangent?.MatMul(matrix), (int)weight.shape[0]);
    }

    /// <summary>An activation: y = a(x), ẏ = a'(x)·ẋ.</summary>
    public GraphDual Apply(ActivationKind activation) =>
        Apply(x => GraphActivation.Value(activation, x), x => GraphActivation.ValueAndDerivative(activation, x));

    /// <summary>An elementwise function: y = a(x), ẏ = a'(x)·ẋ.</summary>
    public GraphDual Apply(Func<GraphValue, GraphValue> function, Func<GraphValue, (GraphValue Value, GraphValue Derivative)> valueAndDerivative)
    {
        if (Tangent is null)
        {
            return this with { Value = function(Value) };
        }

        var (value, derivative) = valueAndDerivative(Value);
        return this with { Value = value, Tangent = derivative.Unsqueeze(1) * Tangent };
    }

    /// <summary>A linear operation without parameters, which counts axes from the last.</summary>
    public GraphDual Map(Func<GraphValue, GraphValue> linear, int? width = null) => new(linear(Value), Tangent is { } t ? linear(t) : null, width ?? Width);

    /// <summary>Rows in another shape behind the axes of rows and tangents.</summary>
    public GraphDual Reshape(params long[] shape) => new(Value.Reshape([0, .. shape]), Tangent?.Reshape([0, 0, .. shape]), (int)shape[^1]);

    /// <summary>The first entries along the last axis.</summary>
    public GraphDual First(int count) => Map(t => t.Slice(-1, 0, count), count);

    /// <summary>[x, y] along the last axis; where one has tangents only, the other's are zero.</summary>
    public GraphDual Append(GraphDual? other)
    {
        if (other is null)
        {
            return this;
        }

        var width = Width + other.Width;
        var tangent = (Tangent, other.Tangent) switch
        {
            ({ } own, { } others) => own.Append(others),
            ({ } own, null) => Within(own, Width, width, 0),
            (null, { } others) => Within(others, other.Width, width, Width),
            _ => null,
        };
        return new(Value.Append(other.Value), tangent, width);
    }

    /// <summary>Σ x² over the last axis, which stays with length 1; tangents 2 Σ x·ẋ.</summary>
    public GraphDual SquaredNorm() => new(
        Value.Square().Sum(-1, keeps: true), Tangent is { } t ? 2 * (Value.Unsqueeze(1) * t).Sum(-1, keeps: true) : null, 1);

    /// <summary>Sum and sum of tangents.</summary>
    public static GraphDual operator +(GraphDual a, GraphDual b) => new(a.Value + b.Value, (a.Tangent, b.Tangent) switch
    {
        ({ } s, { } t) => s + t,
        var (s, t) => s ?? t,
    }, Math.Max(a.Width, b.Width));

    /// <summary>Difference and difference of tangents.</summary>
    public static GraphDual operator -(GraphDual a, GraphDual b) => a + b.Map(t => -t);

    /// <summary>The product, entry by entry. Lengths of 1 are repeated.</summary>
    public static GraphDual operator *(GraphDual a, GraphDual b) => new(a.Value * b.Value, (a.Tangent, b.Tangent) switch
    {
        ({ } s, { } t) => (s * b.Value.Unsqueeze(1)) + (a.Value.Unsqueeze(1) * t),
        ({ } s, null) => s * b.Value.Unsqueeze(1),
        (null, { } t) => a.Value.Unsqueeze(1) * t,
        _ => null,
    }, Math.Max(a.Width, b.Width));

    /// <summary>log|det J| of what the tangents are the image of all directions under, [B or 1], float64.</summary>
    /// <remarks>
    /// Runtimes have the determinant in float32 alone, whose range products of many numbers leave: each row is divided by its length, whose logarithms are
    /// added.
    /// </remarks>
    /// <param name="basis">The orthonormal basis of the subspace that directions and images lie in, [D, S]; null where it is all of R^D.</param>
    public GraphValue LogDeterminant(Tensor? basis)
    {
        var square = basis is null ? Tangent! : Tangent!.MatMul(Graph.Constant(basis, ElementKind.Single));
        var lengths = square.Square().Sum(-1, keeps: true).Sqrt();
        return (square / lengths).Apply("Det").Cast(ElementKind.Double).Abs().Log() + lengths.Squeeze(-1).Cast(ElementKind.Double).Log().Sum(-1);
    }

    /// <summary>Entries among zeros along the last axis.</summary>
    private static GraphValue Within(GraphValue entries, int width, int whole, int first)
    {
        using var scope = NewDisposeScope();
        var place = zeros(width, whole);
        place.narrow(1, first, width).copy_(eye(width));
        return entries.MatMul(entries.Graph.Constant(place, ElementKind.Single));
    }
}

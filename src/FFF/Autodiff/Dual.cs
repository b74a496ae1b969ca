using static TorchSharp.torch;

namespace FFF.Autodiff;

/// <summary>
/// A value and, optionally, K tangents: forward-mode differentiation. Every operation propagates both,
/// (y, ẏ) = (f(x), J_f(x) ẋ), and stays differentiable in reverse with respect to parameters and inputs.
/// </summary>
/// <param name="Value">The value, [B, ...].</param>
/// <param name="Tangent">The tangents, [K, B, ...]; null for a plain forward pass, which then costs nothing extra.</param>
public sealed record Dual(Tensor Value, Tensor? Tangent = null)
{
    /// <summary>y = x Wᵀ + b, ẏ = ẋ Wᵀ, over the last dimension.</summary>
    /// <param name="weight">W, [out, in].</param>
    /// <param name="bias">b, [out].</param>
    public Dual Linear(Tensor weight, Tensor? bias) =>
        new(nn.functional.linear(Value, weight, bias), Tangent is { } t ? nn.functional.linear(t, weight) : null);

    /// <summary>y = [x, c] along the last dimension for a constant c, [B, C]; ẏ = [ẋ, 0].</summary>
    public Dual Append(Tensor? constant)
    {
        if (constant is null)
        {
            return this;
        }

        var tangent = Tangent is { } t
            ? cat([t, t.new_zeros([t.shape[0], .. constant.shape])], -1)
            : null;
        return new(cat([Value, constant], -1), tangent);
    }

    /// <summary>The first entries along the last dimension.</summary>
    public Dual First(long count) => new(Value.narrow(-1, 0, count), Tangent?.narrow(-1, 0, count));

    /// <summary>An activation: y = a(x), ẏ = a'(x)·ẋ.</summary>
    public Dual Apply(Activation activation) => Apply(activation.Value, activation.ValueAndDerivative);

    /// <summary>An elementwise function: y = a(x), ẏ = a'(x)·ẋ.</summary>
    /// <param name="function">a(x).</param>
    /// <param name="valueAndDerivative">a(x) and a'(x), asked for only where there are tangents.</param>
    public Dual Apply(Func<Tensor, Tensor> function, Func<Tensor, (Tensor Value, Tensor Derivative)> valueAndDerivative)
    {
        if (Tangent is null)
        {
            return new(function(Value));
        }

        using var scope = NewDisposeScope();
        var (value, derivative) = valueAndDerivative(Value);
        return new Dual(value, derivative * Tangent).MoveToOuterDisposeScope();
    }

    /// <summary>The same, which outlives the dispose scope that it was computed in; only for what was computed in it.</summary>
    public Dual MoveToOuterDisposeScope()
    {
        Value.MoveToOuterDisposeScope();
        Tangent?.MoveToOuterDisposeScope();
        return this;
    }

    /// <summary>A linear operation without parameters, such as a sum or a choice of entries: y = A x, ẏ = A ẋ.</summary>
    /// <param name="linear">A; it counts dimensions from the last, since tangents have one more in front.</param>
    public Dual Map(Func<Tensor, Tensor> linear) => new(linear(Value), Tangent is { } t ? linear(t) : null);

    /// <summary>Σ x² over the last dimension, which stays with length 1; tangents 2 Σ x·ẋ.</summary>
    public Dual SquaredNorm() =>
        new(Value.square().sum(-1, keepdim: true), Tangent is { } t ? 2 * (Value * t).sum(-1, keepdim: true) : null);

    /// <summary>[x, y] along the last dimension; where one has tangents only, the other's are zero.</summary>
    public Dual Append(Dual other)
    {
        Tensor TangentOf(Dual part, Tensor like) => part.Tangent ?? like.new_zeros([like.shape[0], .. part.Value.shape]);
        var tangent = (Tangent ?? other.Tangent) is { } any ? cat([TangentOf(this, any), TangentOf(other, any)], -1) : null;
        return new(cat([Value, other.Value], -1), tangent);
    }

    /// <summary>Difference and difference of tangents.</summary>
    public static Dual operator -(Dual a, Dual b) => a + b.Map(t => -t);

    /// <summary>The product, entry by entry: (a·b)˙ = ȧ·b + a·ḃ. Lengths of 1 are repeated.</summary>
    public static Dual operator *(Dual a, Dual b) => new(a.Value * b.Value, (a.Tangent, b.Tangent) switch
    {
        ({ } s, { } t) => s * b.Value + a.Value * t,
        ({ } s, null) => s * b.Value,
        (null, { } t) => a.Value * t,
        _ => null,
    });

    /// <summary>Sum and sum of tangents.</summary>
    public static Dual operator +(Dual a, Dual b) => new(a.Value + b.Value, (a.Tangent, b.Tangent) switch
    {
        ({ } s, { } t) => s + t,
        var (s, t) => s ?? t,
    });
}

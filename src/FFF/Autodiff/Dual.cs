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

    /// <summary>An elementwise function: y = a(x), ẏ = a'(x)·ẋ.</summary>
    public Dual Apply(Activation activation)
    {
        if (Tangent is null)
        {
            return new(activation.Value(Value));
        }

        var (value, derivative) = activation.ValueAndDerivative(Value);
        return new(value, derivative * Tangent);
    }

    /// <summary>Sum and sum of tangents.</summary>
    public static Dual operator +(Dual a, Dual b) => new(a.Value + b.Value, (a.Tangent, b.Tangent) switch
    {
        ({ } s, { } t) => s + t,
        var (s, t) => s ?? t,
    });
}

using static TorchSharp.torch;

namespace FFF.Autodiff;

/// <summary>An elementwise function with its derivative, both differentiable in reverse.</summary>
/// <param name="Kind">Which function.</param>
/// <param name="Value">a(x).</param>
/// <param name="ValueAndDerivative">a(x) and a'(x), sharing what they can.</param>
public sealed record Activation(ActivationKind Kind, Func<Tensor, Tensor> Value, Func<Tensor, (Tensor Value, Tensor Derivative)> ValueAndDerivative)
{
    /// <summary>The activation of that kind.</summary>
    public static Activation Of(ActivationKind kind) => kind switch
    {
        ActivationKind.Silu => new(kind, x => nn.functional.silu(x), x =>
        {
            var s = sigmoid(x);
            var y = x * s;
            return (y, addcmul(s, y, 1 - s, 1));
        }),
        ActivationKind.Gelu => new(kind, x => nn.functional.gelu(x), x =>
        {
            var cdf = 0.5 * (1 + erf(x / Math.Sqrt(2)));
            var pdf = exp(-0.5 * x.square()) / Math.Sqrt(2 * Math.PI);
            return (x * cdf, cdf + x * pdf);
        }),
        ActivationKind.Tanh => new(kind, tanh, x =>
        {
            var y = tanh(x);
            return (y, 1 - y.square());
        }),
        ActivationKind.Softplus => new(kind, x => nn.functional.softplus(x), x => (nn.functional.softplus(x), sigmoid(x))),
        ActivationKind.Elu => new(kind, x => nn.functional.elu(x, 1), x => (nn.functional.elu(x, 1), exp(x.clamp_max(0)))),
        ActivationKind.Sine => new(kind, sin, x => (sin(x), cos(x))),
        ActivationKind.Relu => new(kind, x => nn.functional.relu(x), x => (nn.functional.relu(x), (x > 0).to(x.dtype))),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };
}

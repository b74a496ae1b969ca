using FFF.Autodiff;

namespace FFF.Graphs;

/// <summary>Activations as operators of a graph: what <see cref="Activation"/> is over tensors.</summary>
internal static class GraphActivation
{
    /// <summary>a(x).</summary>
    public static GraphValue Value(ActivationKind kind, GraphValue x) => kind switch
    {
        ActivationKind.Silu => x * x.Sigmoid(),
        ActivationKind.Gelu => x * NormalShare(x),
        ActivationKind.Tanh => x.Apply("Tanh"),
        ActivationKind.Softplus => x.Apply("Softplus"),
        ActivationKind.Elu => x.Apply("Elu"),
        ActivationKind.Sine => x.Apply("Sin"),
        ActivationKind.Relu => x.Apply("Relu"),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    /// <summary>a(x) and a'(x).</summary>
    public static (GraphValue Value, GraphValue Derivative) ValueAndDerivative(ActivationKind kind, GraphValue x)
    {
        switch (kind)
        {
            case ActivationKind.Silu:
                var s = x.Sigmoid();
                var y = x * s;
                return (y, s + (y * (1 - s)));
            case ActivationKind.Gelu:
                var share = NormalShare(x);
                return (x * share, share + (x * (1 / Math.Sqrt(2 * Math.PI) * (-0.5 * x.Square()).Exp())));
            case ActivationKind.Tanh:
                var t = x.Apply("Tanh");
                return (t, 1 - t.Square());
            case ActivationKind.Softplus:
                return (x.Apply("Softplus"), x.Sigmoid());
            case ActivationKind.Elu:
                return (x.Apply("Elu"), x.Graph.Apply("Min", x.Kind, [x, x.Of(0)]).Exp());
            case ActivationKind.Sine:
                return (x.Apply("Sin"), x.Apply("Cos"));
            case ActivationKind.Relu:
                return (x.Apply("Relu"), x.Above(0).Cast(x.Kind));
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, null);
        }
    }

    /// <summary>Φ(x).</summary>
    private static GraphValue NormalShare(GraphValue x) => 0.5 * (1 + (x / Math.Sqrt(2)).Apply("Erf"));
}

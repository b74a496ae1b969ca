namespace FFF.Autodiff;

/// <summary>The activations between layers. A flow needs smooth ones: the surrogate uses second derivatives.</summary>
public enum ActivationKind
{
    /// <summary>x·σ(x).</summary>
    Silu,

    /// <summary>x·Φ(x).</summary>
    Gelu,

    /// <summary>tanh x.</summary>
    Tanh,

    /// <summary>log(1 + eˣ).</summary>
    Softplus,

    /// <summary>x for x &gt; 0, eˣ − 1 otherwise.</summary>
    Elu,

    /// <summary>sin x.</summary>
    Sine,

    /// <summary>max(0, x); its second derivative vanishes, which flows train badly with.</summary>
    Relu,
}

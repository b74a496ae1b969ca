using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace FFF.Configuration;

/// <summary>Encoder, decoder and latent density.</summary>
public sealed record FlowConfig
{
    /// <summary>The encoder's network; the decoder mirrors it.</summary>
    public NetworkConfig Network { get; init; } = new ResidualNetwork();

    /// <summary>The latent density p(z).</summary>
    public LatentConfig Latent { get; init; } = new NormalLatent();
}

/// <summary>A dimension-preserving network; <c>kind</c> tells which.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(DenseNetwork), "dense")]
[JsonDerivedType(typeof(ResidualNetwork), "residual")]
[JsonDerivedType(typeof(StackNetwork), "stack")]
public abstract record NetworkConfig;

/// <summary>A multilayer perceptron on [x, condition].</summary>
public sealed record DenseNetwork : NetworkConfig
{
    /// <summary>The widths of the hidden layers.</summary>
    [MinLength(1)]
    [Range(1, 1_000_000)]
    public IReadOnlyList<int> Widths { get; init; } = [256, 256];

    /// <summary>The activation between layers.</summary>
    public ActivationKind Activation { get; init; } = ActivationKind.Silu;

    /// <summary>Whether the network is x + net(x) with the last layer initialised to zero: it starts as the identity.</summary>
    public bool Identity { get; init; }
}

/// <summary>Residual blocks h ← h + net(h) on h = [x, condition], then (encoder) or before (decoder) a linear projection.</summary>
public sealed record ResidualNetwork : NetworkConfig
{
    /// <summary>How many blocks.</summary>
    [Range(1, 1000)]
    public int Blocks { get; init; } = 2;

    /// <summary>The widths of each block's hidden layers.</summary>
    [MinLength(1)]
    [Range(1, 1_000_000)]
    public IReadOnlyList<int> Widths { get; init; } = [256, 256];

    /// <summary>The activation between layers.</summary>
    public ActivationKind Activation { get; init; } = ActivationKind.Silu;

    /// <summary>Whether the blocks' last layers start at zero and the projection as the identity, so that the network does.</summary>
    public bool Identity { get; init; }
}

/// <summary>Networks in a row, each given the condition; the decoder runs their mirrors in reverse order.</summary>
public sealed record StackNetwork : NetworkConfig
{
    /// <summary>The networks, the encoder's first one first.</summary>
    [MinLength(1)]
    public required IReadOnlyList<NetworkConfig> Networks { get; init; }
}

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

/// <summary>The latent density p(z); <c>kind</c> tells which.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(NormalLatent), "normal")]
[JsonDerivedType(typeof(StudentTLatent), "student-t")]
public abstract record LatentConfig;

/// <summary>The standard normal density.</summary>
public sealed record NormalLatent : LatentConfig;

/// <summary>Independent Student-t components, for data with heavy tails.</summary>
public sealed record StudentTLatent : LatentConfig
{
    /// <summary>The degrees of freedom ν.</summary>
    [Range(1e-3, 1e6)]
    public double DegreesOfFreedom { get; init; } = 5;
}

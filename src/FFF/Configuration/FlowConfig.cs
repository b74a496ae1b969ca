using System.ComponentModel.DataAnnotations;
using FFF.Configuration;

[assembly: Kind<NetworkConfig, DenseNetwork>("dense", Order = 1)]
[assembly: Kind<NetworkConfig, ResidualNetwork>("residual", Order = 2)]
[assembly: Kind<NetworkConfig, StackNetwork>("stack", Order = 3)]
[assembly: Kind<NetworkConfig, EquivariantNetwork>("egnn", Order = 4)]
[assembly: Kind<NetworkConfig, FeatureCouplingNetwork>("feature-coupling", Order = 5)]
[assembly: Kind<LatentConfig, NormalLatent>("normal", Order = 1)]
[assembly: Kind<LatentConfig, StudentTLatent>("student-t", Order = 2)]
[assembly: Kind<LatentConfig, MeanFreeNormalLatent>("mean-free-normal", Order = 3)]

namespace FFF.Configuration;

/// <summary>Encoder, decoder and latent density.</summary>
public sealed record FlowConfig
{
    /// <summary>The encoder's network; the decoder mirrors it.</summary>
    public NetworkConfig Network { get; init; } = new ResidualNetwork();

    /// <summary>The latent density p(z).</summary>
    public LatentConfig Latent { get; init; } = new NormalLatent();

    /// <summary>What makes types and charges of atoms continuous; for molecules.</summary>
    public DequantizerConfig Dequantizer { get; init; } = new();
}

/// <summary>An equivariant graph network that tells mean and deviation of the noise by which types and charges of atoms become continuous.</summary>
public sealed record DequantizerConfig
{
    /// <summary>How many blocks.</summary>
    [Range(1, 1000)]
    public int Blocks { get; init; } = 4;

    /// <summary>How many times a block passes messages.</summary>
    [Range(1, 100)]
    public int Sublayers { get; init; } = 2;

    /// <summary>The width of node features and messages.</summary>
    [Range(1, 1_000_000)]
    public int Width { get; init; } = 64;

    /// <summary>Sums over neighbours are divided by this.</summary>
    [Range(1e-6, 1e6)]
    public double NormalizationFactor { get; init; } = 100;

    /// <summary>Nuclear charges are divided by this for the networks.</summary>
    [Range(1e-3, 1e3)]
    public double ChargeScale { get; init; } = 1;
}

/// <summary>A dimension-preserving network; <c>kind</c> tells which.</summary>
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

/// <summary>
/// An E(n)-equivariant graph network on the positions of particles, for data of particles: what it does commutes with
/// rotations, reflections, translations and permutations. Encoder and decoder are alike.
/// </summary>
public sealed record EquivariantNetwork : NetworkConfig
{
    /// <summary>How many blocks; each updates the positions once.</summary>
    [Range(1, 1000)]
    public int Blocks { get; init; } = 8;

    /// <summary>How many times a block passes messages before it updates the positions.</summary>
    [Range(1, 100)]
    public int Sublayers { get; init; } = 2;

    /// <summary>The width of node features, messages and hidden layers.</summary>
    [Range(1, 1_000_000)]
    public int Width { get; init; } = 64;

    /// <summary>Whether messages are weighted by an attention between 0 and 1.</summary>
    public bool Attention { get; init; } = true;

    /// <summary>Directions are (x_i − x_j) / (‖x_i − x_j‖ + norm_constant).</summary>
    [Range(0.0, 1e6)]
    public double NormConstant { get; init; } = 1;

    /// <summary>Sums over neighbours are divided by this.</summary>
    [Range(1e-6, 1e6)]
    public double NormalizationFactor { get; init; } = 100;
}

/// <summary>
/// An affine coupling of the features of particles or atoms to their positions, for data of molecules: features are shifted and
/// scaled by what an equivariant graph network reads from all positions, which stay. It is inverted exactly, so the decoder
/// shares the encoder's weights. A stack whose encoder begins with it decides elements by the positions that were decoded.
/// </summary>
public sealed record FeatureCouplingNetwork : NetworkConfig
{
    /// <summary>The graph network, which is told no features.</summary>
    public EquivariantNetwork Network { get; init; } = new();
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

/// <summary>The standard normal density of particles whose mean position is zero, for data of particles.</summary>
public sealed record MeanFreeNormalLatent : LatentConfig;

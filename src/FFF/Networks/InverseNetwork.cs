using FFF.Autodiff;
using static TorchSharp.torch;

namespace FFF.Networks;

/// <summary>A network with an inverse in closed form, which the decoder takes in place of weights of its own.</summary>
internal interface IInvertible : INetwork
{
    /// <summary>The x of which <see cref="INetwork.Forward"/> makes z, [B, D].</summary>
    Dual Inverse(Dual z, Tensor? condition);
}

/// <summary>A network undone, by the same weights, which stay the network's.</summary>
/// <param name="network">What is undone.</param>
internal sealed class InverseNetwork(IInvertible network) : nn.Module(nameof(InverseNetwork)), INetwork
{
    /// <inheritdoc/>
    public long NumbersOfRow(long dimension) => network.NumbersOfRow(dimension);

    /// <inheritdoc/>
    public Dual Forward(Dual x, Tensor? condition) => network.Inverse(x, condition);
}

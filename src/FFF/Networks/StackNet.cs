using FFF.Autodiff;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FFF.Networks;

/// <summary>Networks in a row, each given the condition.</summary>
public sealed class StackNet : nn.Module, INetwork
{
    private readonly ModuleList<nn.Module> _networks;

    /// <summary>Takes the networks, the first one first; each is a module.</summary>
    public StackNet(IReadOnlyList<INetwork> stack)
        : base(nameof(StackNet))
    {
        _networks = new ModuleList<nn.Module>([.. stack.Cast<nn.Module>()]);
        register_module("networks", _networks);
    }

    /// <inheritdoc/>
    public Dual Forward(Dual x, Tensor? condition) =>
        _networks.Cast<INetwork>().Aggregate(x, (h, network) => network.Forward(h, condition));
}

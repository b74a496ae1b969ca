using FFF.Autodiff;
using FFF.Graphs;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FFF.Networks;

/// <summary>Networks in a row, each given the condition.</summary>
public sealed class StackNet : nn.Module, INetwork, IGraphNetwork
{
    /// <summary>Takes the networks, the first one first; each is a module.</summary>
    public StackNet(IReadOnlyList<INetwork> stack)
        : base(nameof(StackNet))
    {
        Networks = stack;
        register_module("networks", new ModuleList<nn.Module>([.. stack.Cast<nn.Module>()]));
    }

    /// <summary>The networks, the first one first.</summary>
    public IReadOnlyList<INetwork> Networks { get; }

    /// <inheritdoc/>
    public long NumbersOfRow(long dimension) => Networks.Select(network => network.NumbersOfRow(dimension)).DefaultIfEmpty(dimension).Max();

    /// <inheritdoc/>
    public Dual Forward(Dual x, Tensor? condition) =>
        Networks.Aggregate(x, (h, network) => network.Forward(h, condition));

    /// <inheritdoc/>
    GraphDual IGraphNetwork.Forward(GraphDual x, GraphDual? condition) =>
        Networks.Aggregate(x, (h, network) => network.AsGraph().Forward(h, condition));
}

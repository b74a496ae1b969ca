using FFF.Autodiff;
using FFF.Graphs;
using FFF.Kernels;
using FFF.Randomness;
using static TorchSharp.torch;

namespace FFF.Networks;

/// <summary>Multilayer perceptron: linear layers with an activation between them.</summary>
internal sealed class Mlp : nn.Module
{
    private readonly LinearLayer[] _layers;
    private readonly Activation _activation;

    /// <summary>Builds the layers inputs → widths... → outputs.</summary>
    /// <param name="inputs">The input's dimension.</param>
    /// <param name="widths">The hidden layers' widths.</param>
    /// <param name="outputs">The output's dimension.</param>
    /// <param name="activation">The activation between layers.</param>
    /// <param name="zeroOutput">Whether the last layer starts at zero.</param>
    /// <param name="random">Draws the initial weights.</param>
    public Mlp(int inputs, IReadOnlyList<int> widths, int outputs, Activation activation, bool zeroOutput, RandomStream random)
        : base(nameof(Mlp))
    {
        int[] sizes = [inputs, .. widths, outputs];
        _activation = activation;
        _layers = [.. sizes.Zip(sizes.Skip(1), (a, b) => new LinearLayer(a, b, random))];
        if (zeroOutput)
        {
            _layers[^1].Zeroed();
        }

        // Numbered as in PyTorch's Sequential of linear layers and activations, so that weights can be exchanged.
        for (var i = 0; i < _layers.Length; i++)
        {
            register_module($"{2 * i}", _layers[i]);
        }
    }

    /// <summary>Numbers of a row at once: a layer's input and output, and what the activation needs.</summary>
    internal long NumbersOfRow => 5 * _layers.Max(layer => Math.Max(layer.Weight.shape[0], layer.Weight.shape[1]));

    /// <summary>W₁, b₁, W₂, b₂, ...</summary>
    public IEnumerable<Tensor> Parameters => _layers.SelectMany(l => (Tensor[])[l.Weight, l.Bias!]);

    /// <summary>The network over dual tensors.</summary>
    public Dual Forward(Dual x)
    {
        // One layer is one product, which libtorch does as well.
        if (_layers.Length > 1 && _activation.Kind == ActivationKind.Silu && FusedMlp.Fits(x))
        {
            KernelsTaken.Note(KernelsTaken.Perceptron);
            return FusedMlp.Of(x, Parameters);
        }

        KernelsTaken.Note(KernelsTaken.Composed);
        using var scope = NewDisposeScope();
        for (var i = 0; i < _layers.Length - 1; i++)
        {
            using var layer = NewDisposeScope();
            x = _layers[i].Forward(x).Apply(_activation).MoveToOuterDisposeScope();
        }

        return _layers[^1].Forward(x).MoveToOuterDisposeScope();
    }

    /// <summary>The network in a graph of operators.</summary>
    public GraphDual Forward(GraphDual x)
    {
        for (var i = 0; i < _layers.Length - 1; i++)
        {
            x = _layers[i].Forward(x).Apply(_activation.Kind);
        }

        return _layers[^1].Forward(x);
    }
}

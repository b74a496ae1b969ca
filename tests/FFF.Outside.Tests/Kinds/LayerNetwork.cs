using FFF.Networks;
using FFF.Options;
using FFF.Outside;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

[assembly: Kind<NetworkConfig, LayerNetwork>("outside-layers")]

namespace FFF.Outside;

/// <summary>Layers of TorchSharp, which know no stream of random numbers.</summary>
public sealed record LayerNetwork : NetworkConfig
{
    public override long Layers => 2;

    public override INetwork BuildEncoder(NetworkPlace place) => new ModuleNetwork(new Inner(place.Dimension, place.Conditions));

    private sealed class Inner : Module<Tensor, Tensor, Tensor>
    {
        private readonly Module<Tensor, Tensor> _layers;

        public Inner(int dimension, int conditions)
            : base(nameof(Inner))
        {
            _layers = Sequential(Linear(dimension + conditions, 16), Tanh(), Linear(16, dimension));
            RegisterComponents();
        }

        public override Tensor forward(Tensor x, Tensor condition)
        {
            using var both = cat([x, condition], 1);
            return x + _layers.forward(both);
        }
    }
}

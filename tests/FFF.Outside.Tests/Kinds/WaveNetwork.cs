using System.ComponentModel.DataAnnotations;
using FFF.Autodiff;
using FFF.Networks;
using FFF.Options;
using FFF.Outside;
using FFF.Randomness;
using static TorchSharp.torch;

[assembly: Kind<NetworkConfig, WaveNetwork>("outside-wave")]

namespace FFF.Outside;

/// <summary>x plus waves: y = x + A sin(B [x, c] + b), with A zero at first.</summary>
public sealed record WaveNetwork : NetworkConfig
{
    /// <summary>How many waves.</summary>
    [Range(1, 10_000)]
    public int Waves { get; init; } = 32;

    public override long Layers => 2;

    public override INetwork BuildEncoder(NetworkPlace place) => new Module(Waves, place.Dimension, place.Conditions, place.Random);

    private sealed class Module : nn.Module, INetwork
    {
        private readonly LinearLayer _inner;
        private readonly LinearLayer _outer;

        public Module(int waves, int dimension, int conditions, RandomStream random)
            : base(nameof(WaveNetwork))
        {
            _inner = new(dimension + conditions, waves, random);
            _outer = new LinearLayer(waves, dimension, random).Zeroed();
            register_module("inner", _inner);
            register_module("outer", _outer);
        }

        public Dual Forward(Dual x, Tensor? condition) =>
            x + _outer.Forward(_inner.Forward(x.Append(condition)).Apply(u => u.sin(), u => (u.sin(), u.cos())));
    }
}

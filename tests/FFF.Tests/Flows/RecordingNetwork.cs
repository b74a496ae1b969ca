using FFF.Autodiff;
using FFF.Networks;
using static TorchSharp.torch;

namespace FFF.Tests.Flows;

/// <summary>The identity, which keeps what it was given.</summary>
internal sealed class RecordingNetwork() : nn.Module(nameof(RecordingNetwork)), INetwork
{
    public Dual? Last { get; private set; }

    public Dual Forward(Dual x, Tensor? condition) => Last = new(x.Value.clone().requires_grad_(), x.Tangent);
}

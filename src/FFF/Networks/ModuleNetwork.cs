using FFF.Autodiff;
using static TorchSharp.torch;

namespace FFF.Networks;

/// <summary>
/// Any TorchSharp module as a network: its Jacobian-vector products come from double reverse mode,
/// J ẋ = ∂/∂v (vᵀ J) · ẋ, where vᵀ J is linear in the dummy v.
/// </summary>
public sealed class ModuleNetwork : nn.Module, INetwork
{
    private readonly Func<Tensor, Tensor?, Tensor> _forward;

    /// <summary>Adapts a module that takes [B, D] and knows no conditions.</summary>
    public ModuleNetwork(nn.Module<Tensor, Tensor> module)
        : this(module, (x, condition) => condition is null
            ? module.forward(x)
            : throw new ArgumentException("This module takes no condition; adapt a module of two tensors.", nameof(condition)))
    {
    }

    /// <summary>Adapts a module that takes [B, D] and a condition [B, C].</summary>
    public ModuleNetwork(nn.Module<Tensor, Tensor, Tensor> module)
        : this(module, (x, condition) => module.forward(x, condition ?? throw new ArgumentNullException(nameof(condition), "This module needs a condition.")))
    {
    }

    /// <summary>Adapts a module that is called in this way.</summary>
    internal ModuleNetwork(nn.Module module, Func<Tensor, Tensor?, Tensor> forward)
        : base(nameof(ModuleNetwork))
    {
        _forward = forward;
        register_module("module", module);
    }

    /// <inheritdoc/>
    public Dual Forward(Dual x, Tensor? condition)
    {
        if (x.Tangent is null)
        {
            return new(_forward(x.Value, condition));
        }

        using var gradient = enable_grad();
        var input = x.Value.requires_grad ? x.Value : x.Value.detach().requires_grad_();
        var y = _forward(input, condition);
        var v = zeros_like(y).requires_grad_();
        var transposed = VectorJacobian.Of(y, input, v, createGraph: true);
        Tensor[] tangents =
        [
            .. Enumerable.Range(0, (int)x.Tangent.shape[0]).Select(k => VectorJacobian.Of(transposed, v, x.Tangent.select(0, k), createGraph: true)),
        ];
        return new(y, stack(tangents, 0));
    }
}

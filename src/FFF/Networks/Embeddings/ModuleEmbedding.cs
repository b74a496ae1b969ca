using static TorchSharp.torch;

namespace FFF.Networks.Embeddings;

/// <summary>Any TorchSharp module from [B, C] to [B, E] as an embedding. Each row's summary must depend on that row alone.</summary>
public sealed class ModuleEmbedding : nn.Module, IEmbedding
{
    private readonly Func<Tensor, Tensor> _forward;

    /// <summary>Adapts a module.</summary>
    /// <param name="module">The module, which becomes a part of this one.</param>
    /// <param name="outputs">E.</param>
    public ModuleEmbedding(nn.Module<Tensor, Tensor> module, int outputs)
        : this(module, module.forward, outputs)
    {
    }

    /// <summary>Adapts a module that is called in this way.</summary>
    internal ModuleEmbedding(nn.Module module, Func<Tensor, Tensor> forward, int outputs)
        : base(nameof(ModuleEmbedding))
    {
        (_forward, Outputs) = (forward, outputs);
        register_module("module", module);
    }

    /// <inheritdoc/>
    public int Outputs { get; }

    /// <inheritdoc/>
    public Tensor Forward(Tensor condition) => _forward(condition);
}

using FFF.Networks.Embeddings;
using FFF.Networks.TorchScript;
using FFF.Options;

[assembly: Kind<EmbeddingConfig, TorchScriptEmbeddingOptions>("torchscript", Order = 4)]

namespace FFF.Networks.Embeddings;

/// <summary>
/// A module that PyTorch exported, by <c>torch.jit.script</c> or <c>torch.jit.trace</c> and <c>save</c>: <c>forward(c)</c> takes conditions, [B, C], and
/// gives their summaries, [B, E], for an E of its own. Its parameters start as they were saved, and all are trained.
/// </summary>
public sealed record TorchScriptEmbeddingOptions : EmbeddingConfig
{
    private const int BytesOfNumber = 4;

    /// <summary>The module's file. A run keeps a copy of it.</summary>
    [RelativeToFile(IsKept = true)]
    public required string Path { get; init; }

    /// <inheritdoc/>
    public override IEmbedding Build(EmbeddingPlace place) => TorchScriptModule.LoadEmbedding(Path, "path", place.Conditions);

    /// <summary>About one for each parameter, by the file's size.</summary>
    /// <inheritdoc/>
    public override long MultiplyAdds(int conditions) => new FileInfo(Path) is { Exists: true } file ? file.Length / BytesOfNumber : 0;
}

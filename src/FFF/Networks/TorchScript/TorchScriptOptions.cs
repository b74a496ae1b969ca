using FFF.Networks;
using FFF.Networks.TorchScript;
using FFF.Options;

[assembly: Kind<NetworkConfig, TorchScriptOptions>("torchscript", Order = 6)]

namespace FFF.Networks;

/// <summary>
/// Modules that PyTorch exported, by <c>torch.jit.script</c> or <c>torch.jit.trace</c> and <c>save</c>. Each keeps the dimension:
/// <c>forward(x)</c>, or <c>forward(x, c)</c> where there are conditions, takes x, [B, D], and c, [B, C], and gives [B, D]. Their
/// parameters start as they were saved, and all are trained.
/// </summary>
public sealed record TorchScriptOptions : NetworkConfig
{
    private const int BytesOfNumber = 4;

    /// <summary>The encoder's file. A run keeps a copy of it.</summary>
    [RelativeToFile(IsKept = true)]
    public required string Encoder { get; init; }

    /// <summary>The decoder's file; the encoder's if left out, as a second module with weights of its own. A run keeps a copy of it.</summary>
    [RelativeToFile(IsKept = true)]
    public string? Decoder { get; init; }

    /// <inheritdoc/>
    public override bool KeepsMean => true;

    /// <inheritdoc/>
    public override INetwork BuildEncoder(NetworkPlace place) => TorchScriptModule.Load(Encoder, "network.encoder", place);

    /// <inheritdoc/>
    public override INetwork BuildDecoder(NetworkPlace place, INetwork encoder) => TorchScriptModule.Load(Decoder ?? Encoder, "network.decoder", place);

    /// <summary>About one for each parameter, by the file's size.</summary>
    /// <inheritdoc/>
    public override long MultiplyAdds(NetworkCost sample) =>
        new FileInfo(Encoder) is { Exists: true } file ? file.Length / BytesOfNumber : base.MultiplyAdds(sample);
}

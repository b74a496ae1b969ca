using static TorchSharp.torch;

namespace FFF.Networks.Embeddings;

/// <summary>
/// A summary network: what networks are told of a condition in its place, [B, C] to [B, E]. It is a module, whose parameters are trained together
/// with the flow's, through all that its summary is told to.
/// </summary>
public interface IEmbedding
{
    /// <summary>E.</summary>
    int Outputs { get; }

    /// <summary>The summary, [B, E], differentiable with respect to parameters; the caller's.</summary>
    /// <param name="condition">[B, C], scaled as the data's conditions are.</param>
    Tensor Forward(Tensor condition);

    /// <summary>About how many numbers it has in memory at once of a row where no graph is kept: by it rows are evaluated in parts.</summary>
    long NumbersOfRow => 1 << 14;
}

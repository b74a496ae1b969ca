using static TorchSharp.torch;

namespace FFF.Datasets.Sbi;

/// <summary>The uniform prior on a cube about the origin: θ ~ U([-b, b]ᴰ).</summary>
/// <param name="Dimension">D.</param>
/// <param name="Bound">b.</param>
internal sealed record BoxPrior(int Dimension, double Bound)
{
    /// <summary>Draws θ, [N, D], float32 on the generator's device.</summary>
    public Tensor Sample(long count, Generator generator)
    {
        using var scope = NewDisposeScope();
        var unit = rand(count, Dimension, dtype: float32, device: generator.device, generator: generator);
        return (Bound * ((2 * unit) - 1)).MoveToOuterDisposeScope();
    }

    /// <summary>Whether θ lies in the cube, its faces included: [N, D] to booleans [N].</summary>
    public Tensor Contains(Tensor parameters)
    {
        using var scope = NewDisposeScope();
        return (parameters.abs() <= Bound).all(1).MoveToOuterDisposeScope();
    }
}

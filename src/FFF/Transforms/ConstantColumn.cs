using static TorchSharp.torch;

namespace FFF.Transforms;

/// <summary>Finds columns that never change: they have no density and cannot be standardised.</summary>
internal static class ConstantColumn
{
    /// <summary>The first column of data, [N, D], that is constant. By its extremes: rounding can make its computed deviation positive.</summary>
    public static int? FirstOrNull(Tensor data)
    {
        using var scope = NewDisposeScope();
        var constant = (data.amin(0) == data.amax(0)).nonzero();
        return constant.shape[0] == 0 ? null : (int)constant[0, 0].item<long>();
    }
}

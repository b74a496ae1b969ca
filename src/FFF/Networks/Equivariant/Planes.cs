using FFF.Autodiff;
using static TorchSharp.torch;

namespace FFF.Networks.Equivariant;

/// <summary>A value and its K tangents in one tensor, [1 + K, B, ...].</summary>
internal static class Planes
{
    /// <summary>Both in one; tangents that are missing are zero.</summary>
    /// <param name="dual">The value and its tangents.</param>
    /// <param name="count">K.</param>
    public static Tensor Join(Dual dual, long count)
    {
        var value = dual.Value.unsqueeze(0);
        return count == 0 ? value.contiguous() : cat([value, dual.Tangent ?? value.new_zeros([count, .. dual.Value.shape])], 0);
    }

    /// <summary>Views of both.</summary>
    public static Dual Split(Tensor planes) =>
        new(planes[0], planes.shape[0] == 1 ? null : planes.narrow(0, 1, planes.shape[0] - 1));
}

using System.Numerics;
using static TorchSharp.torch;

namespace FFF.Datasets.Particles;

/// <summary>
/// A potential u between two particles, from r² to u(r) and u′(r)/r, on tensors and on the registers of a core. A value type, so that the code for the
/// cores is compiled for each potential by itself.
/// </summary>
internal interface IPairPotential
{
    /// <summary>An r² at which u and u′/r are zero; it stands for a particle's distance to itself.</summary>
    double Neutral { get; }

    /// <summary>Of r², of any shape, which may be overwritten.</summary>
    (Tensor Energy, Tensor SlopeByDistance) Of(Tensor squared);

    /// <inheritdoc cref="Of(Tensor)"/>
    (Vector<T> Energy, Vector<T> SlopeByDistance) Of<T>(Vector<T> squared)
        where T : unmanaged, INumber<T>;
}

using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Datasets.Particles;

/// <summary>An energy U of particles, in units of kT: p(x) = exp(−U(x)) / Z on positions whose mean is zero.</summary>
public interface IEnergy
{
    /// <summary>The name that reports and caches know it by, such as dw4; another one for each other energy.</summary>
    string Name { get; }

    /// <summary>N and d.</summary>
    MeanFreePositions Shape { get; }

    /// <summary>The distance at which the potential of a pair is highest between two wells; null where it has no two wells.</summary>
    double? PairBarrier => null;

    /// <summary>U(x), [B], in the type and on the device of x; no graph is kept. Owned by the caller.</summary>
    /// <param name="x">[B, N·d], particle after particle.</param>
    /// <returns>Not finite where particles lie so close together that the type cannot hold U.</returns>
    Tensor Energy(Tensor x);
}

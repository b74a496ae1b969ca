using FFF.Autodiff;
using static TorchSharp.torch;

namespace FFF.Networks;

/// <summary>A dimension-preserving network R^D → R^D, given a condition; written once, over dual tensors.</summary>
public interface INetwork
{
    /// <summary>The value and, where x carries tangents, their images under the Jacobian.</summary>
    /// <param name="x">[B, D], tangents [K, B, D].</param>
    /// <param name="condition">[B, C], or null where C = 0. The Jacobian is with respect to x only.</param>
    Dual Forward(Dual x, Tensor? condition);

    /// <summary>
    /// About how many numbers the network has in memory at once of a row, or of one tangent of it, where no graph is kept:
    /// by it rows are evaluated in parts. What is left out here is a guess for networks that do not tell.
    /// </summary>
    /// <param name="dimension">D.</param>
    long NumbersOfRow(long dimension) => 1 << 14;
}

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
}

using static TorchSharp.torch;

namespace FFF.Numerics;

/// <summary>The right-hand side of dy/dt = f(t, y), for some rows of a batch.</summary>
/// <param name="time">t of each row, [A, 1].</param>
/// <param name="state">y of each row, [A, S].</param>
/// <param name="rows">Which rows of the batch these are, [A], int64.</param>
/// <returns>f(t, y), [A, S].</returns>
internal delegate Tensor Slope(Tensor time, Tensor state, Tensor rows);

using static TorchSharp.torch;

namespace FFF.Numerics;

/// <summary>A solved differential equation.</summary>
/// <param name="State">y at the end, [B, S].</param>
/// <param name="Evaluations">How often the right-hand side was called: once, and six times per step of the slowest row.</param>
internal sealed record OdeSolution(Tensor State, int Evaluations);

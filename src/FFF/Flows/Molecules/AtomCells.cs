using static TorchSharp.torch;

namespace FFF.Flows.Molecules;

/// <summary>
/// Cells of continuous values, one for each type or charge of an atom: noise u is mapped into the cell, and rounding finds
/// back which it was.
/// </summary>
/// <remarks>
/// Types by argmax: Hoogeboom, Nielsen, Jaini, Forré and Welling, "Argmax Flows and Multinomial Diffusion", NeurIPS 2021.
/// Charges by variational dequantisation: Ho, Chen, Srinivas, Duan and Abbeel, "Flow++", ICML 2019. Each cell is a little
/// smaller than it could be, so that the numbers of single precision stay within it.
/// </remarks>
internal static class AtomCells
{
    private const double Margin = 1e-4;

    /// <summary>
    /// With T = u_t of the type t: v_t = T, and v_k = T − softplus(T − u_k) − ε(1 + |T|) for all others, which is below T.
    /// log|det ∂v/∂u| = Σ_{k≠t} log σ(T − u_k).
    /// </summary>
    /// <param name="types">One-hot, [..., K].</param>
    /// <param name="u">[..., K].</param>
    /// <returns>v, [..., K], and the logarithm of the determinant, [...].</returns>
    public static (Tensor V, Tensor LogDet) OfTypes(Tensor types, Tensor u)
    {
        var threshold = (types * u).sum(-1, keepdim: true);
        var below = threshold - u;
        var others = 1 - types;
        return (types * u + others * (threshold - nn.functional.softplus(below) - Margin * (1 + threshold.abs())), (others * LogSigmoid(below)).sum(-1));
    }

    /// <summary>v = (c + ε + (1 − 2ε) σ(u)) / s for the charge c: log|∂v/∂u| = log σ(u) + log σ(−u) + log(1 − 2ε) − log s.</summary>
    /// <param name="charges">c, whole numbers, [..., 1].</param>
    /// <param name="u">[..., 1].</param>
    /// <param name="scale">s.</param>
    /// <returns>v, [..., 1], and the logarithm of the derivative, [...].</returns>
    public static (Tensor V, Tensor LogDet) OfCharges(Tensor charges, Tensor u, double scale)
    {
        var logDet = LogSigmoid(u) + LogSigmoid(-u) + (Math.Log(1 - 2 * Margin) - Math.Log(scale));
        return ((charges + Margin + (1 - 2 * Margin) * sigmoid(u)) / scale, logDet.squeeze(-1));
    }

    /// <summary>The type whose value is largest: [..., K] to [...], float.</summary>
    public static Tensor Type(Tensor v) => v.argmax(-1).to(v.dtype);

    /// <summary>The charge whose cell holds the value: ⌊s·v⌋.</summary>
    /// <param name="v">[...].</param>
    /// <param name="scale">s.</param>
    public static Tensor Charge(Tensor v, double scale) => (v * scale).floor();

    /// <summary>log σ(u) = −log(1 + e^(−u)); libtorch's own writes down more, and not on every device.</summary>
    private static Tensor LogSigmoid(Tensor u) => -nn.functional.softplus(-u);
}

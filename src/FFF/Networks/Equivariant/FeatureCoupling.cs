using FFF.Autodiff;
using FFF.Randomness;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Networks.Equivariant;

/// <summary>
/// An affine coupling of the features v of nodes to their positions x: z = (v − μ(x)) e^{−s(x)}, with μ and s = m tanh(r / m) of
/// an E(n)-equivariant graph network that is told positions, and ranks where there are some, which stay as they are. v = μ(x) + e^{s(x)} z undoes it.
/// </summary>
/// <remarks>
/// Dinh, Sohl-Dickstein and Bengio, "Density estimation using Real NVP", ICLR 2017, with features instead of masked entries. A
/// free-form pair learns to shift features only as fast as the decoder follows the encoder, which β makes slow.
/// </remarks>
public sealed class FeatureCoupling : nn.Module, IInvertible
{
    /// <summary>m: no feature is scaled by more than eᵐ.</summary>
    private const double MaxLogScale = 4;

    private readonly NodeLayout _layout;
    private readonly EquivariantGraph _egnn;

    /// <summary>Builds the graph network.</summary>
    /// <param name="config">Its sizes.</param>
    /// <param name="layout">How a row is a graph, of any number of nodes.</param>
    /// <param name="conditions">C, told to every node.</param>
    /// <param name="random">Draws the initial weights.</param>
    public FeatureCoupling(EquivariantOptions config, NodeLayout layout, int conditions, RandomStream random)
        : base(nameof(FeatureCoupling))
    {
        _layout = layout;
        var told = Math.Max(1, layout.ToldOfIdentity) + conditions;
        register_module("egnn", _egnn = new EquivariantGraph(config, told, 2 * layout.Features, random, moves: false));
    }

    /// <inheritdoc/>
    public long NumbersOfRow(long dimension) => _egnn.NumbersOfGraph(dimension / _layout.Width);

    /// <summary>x and z of x and v, [B, D].</summary>
    /// <inheritdoc/>
    public Dual Forward(Dual x, Tensor? condition) => Couple(x, condition, (v, mean, logScale) => (v - mean) * Exp(logScale, -1));

    /// <summary>x and v of x and z, [B, D].</summary>
    /// <inheritdoc cref="Forward"/>
    public Dual Inverse(Dual x, Tensor? condition) => Couple(x, condition, (z, mean, logScale) => z * Exp(logScale, 1) + mean);

    private Dual Couple(Dual x, Tensor? condition, Func<Dual, Dual, Dual, Dual> affine)
    {
        var (positions, features) = GraphRows.Split(x, _layout);
        var told = _egnn.Forward(GraphRows.Told(null, positions, condition, GraphRows.Ranks(positions, _layout)), positions).Features!;
        Dual Part(long k) => told.Map(t => t.narrow(-1, k * _layout.Features, _layout.Features));
        return GraphRows.Join(positions, affine(features!, Part(0), Part(1)));
    }

    /// <summary>y = e^{±s}, s = m tanh(r / m): y' = ±y (1 − tanh²(r / m)).</summary>
    private static Dual Exp(Dual raw, double sign) => raw.Apply(
        r => (sign * MaxLogScale * tanh(r / MaxLogScale)).exp(),
        r =>
        {
            var h = tanh(r / MaxLogScale);
            var y = (sign * MaxLogScale * h).exp();
            return (y, sign * y * (1 - h.square()));
        });
}

using FFF.Autodiff;
using FFF.Networks.Equivariant;
using FFF.Randomness;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Flows.Molecules;

/// <summary>
/// q(v | x): makes types and charges of atoms continuous. u = μ + σ·n with n standard normal and μ, log σ by an invariant
/// graph network of positions, types and charges; <see cref="AtomCells"/> map u into the cells. Learnt with the flow, as
/// log p(x) ≥ E_q[log p(v) − log q(v | x)].
/// </summary>
public sealed class Dequantizer : nn.Module
{
    /// <summary>log σ = m tanh(r / m) for the network's r, so that no network makes noise that overflows.</summary>
    private const double MaxLogDeviation = 6;

    private readonly MoleculeSpace _shape;
    private readonly double _chargeScale;
    private readonly EquivariantGraph _graph;

    /// <summary>Builds the network.</summary>
    /// <param name="config">Its sizes.</param>
    /// <param name="shape">What there is to know of the molecules.</param>
    /// <param name="random">Draws the initial weights.</param>
    public Dequantizer(DequantizerConfig config, MoleculeSpace shape, RandomStream random)
        : base(nameof(Dequantizer))
    {
        (_shape, _chargeScale) = (shape, config.ChargeScale);
        register_module("egnn", _graph = new EquivariantGraph(config.Network, shape.Nodes.Told, 2 * (shape.Types + 1), random, moves: false));
    }

    /// <summary>Numbers of a molecule that the network has at once.</summary>
    /// <param name="atoms">N.</param>
    internal long NumbersOfMolecule(long atoms) => _graph.NumbersOfGraph(atoms);

    /// <summary>Draws v for molecules of one size.</summary>
    /// <param name="atoms">Positions, types and charges, [B, N, 5].</param>
    /// <param name="noise">n, standard normal, [B, N, K + 1].</param>
    /// <returns>Positions and v, [B, N·(3 + K + 1)], and log q(v | x), [B].</returns>
    public (Tensor V, Tensor LogQ) Draw(Tensor atoms, Tensor noise)
    {
        var positions = atoms.narrow(-1, 0, MoleculeSpace.Axes);
        var types = atoms.narrow(-1, MoleculeSpace.Axes, 1).eq(arange(_shape.Types, atoms.dtype, atoms.device)).to(atoms.dtype);
        var charges = atoms.narrow(-1, MoleculeSpace.Axes + 1, 1);
        var (features, place) = (new Dual(cat([types, charges / _chargeScale], -1)), new Dual(positions));
        var told = _graph.Forward(GraphRows.Told(features, place, null, GraphRows.Ranks(place, _shape.Nodes)), place).Features!.Value;
        var (mean, raw) = (told.narrow(-1, 0, _shape.Types + 1), told.narrow(-1, _shape.Types + 1, _shape.Types + 1));
        var logDeviation = MaxLogDeviation * tanh(raw / MaxLogDeviation);
        var u = mean + logDeviation.exp() * noise;
        var logQ = -0.5 * (noise.square() + Math.Log(2 * Math.PI)) - logDeviation;
        var (v, typeLogDet) = AtomCells.OfTypes(types, u.narrow(-1, 0, _shape.Types));
        var (c, chargeLogDet) = AtomCells.OfCharges(charges, u.narrow(-1, _shape.Types, 1), _chargeScale);
        return (cat([positions, v, c], -1).flatten(1), (logQ.sum(-1) - typeLogDet - chargeLogDet).sum(-1));
    }

    /// <summary>Types and charges that continuous values are of.</summary>
    /// <param name="v">[B, N·(3 + K + 1)].</param>
    /// <returns>[B, N, 5].</returns>
    public Tensor Quantize(Tensor v)
    {
        var atoms = v.view(v.shape[0], -1, _shape.Nodes.Width);
        var type = AtomCells.Type(atoms.narrow(-1, MoleculeSpace.Axes, _shape.Types));
        var charge = AtomCells.Charge(atoms.select(-1, MoleculeSpace.Axes + _shape.Types), _chargeScale);
        return cat([atoms.narrow(-1, 0, MoleculeSpace.Axes), type.unsqueeze(-1), charge.unsqueeze(-1)], -1);
    }
}

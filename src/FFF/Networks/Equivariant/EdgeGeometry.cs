using FFF.Autodiff;
using FFF.Graphs;
using static TorchSharp.torch;

namespace FFF.Networks.Equivariant;

/// <summary>What a block knows of its edges.</summary>
/// <param name="Distances">Squared distances in this block and at the network's input, then what is fixed, [..., N, N − 1, 2 + E].</param>
/// <param name="Directions">(x_i − x_j) / (‖x_i − x_j‖ + c), [..., N, N − 1, d].</param>
internal sealed record EdgeGeometry(Dual Distances, Dual Directions)
{
    /// <summary>Keeps the root's derivative finite where two particles meet.</summary>
    private const double Softening = 1e-8;

    /// <summary>The geometry of particles at x, [..., N, d].</summary>
    /// <param name="x">The positions.</param>
    /// <param name="initial">What all blocks share: squared distances at the input, then fixed features of edges, [..., N, N − 1, 1 + E].</param>
    /// <param name="normConstant">c; with c = 1 directions vanish smoothly where two particles meet.</param>
    public static EdgeGeometry Of(Dual x, Dual initial, double normConstant)
    {
        using var scope = NewDisposeScope();
        var difference = DenseEdges.Differences(x);
        var squared = difference.SquaredNorm();
        return new(squared.Append(initial).MoveToOuterDisposeScope(), (difference * InverseLength(squared, normConstant)).MoveToOuterDisposeScope());
    }

    /// <summary>‖x_i − x_j‖², [..., N, N − 1, 1].</summary>
    public static Dual SquaredDistances(Dual x) => DenseEdges.Differences(x).SquaredNorm();

    /// <summary>y = 1 / (√(r + ε) + c), y' = −y² / (2 √(r + ε)).</summary>
    private static Dual InverseLength(Dual squared, double normConstant) => squared.Apply(
        r => (sqrt(r + Softening) + normConstant).reciprocal(),
        r =>
        {
            var length = sqrt(r + Softening);
            var y = (length + normConstant).reciprocal();
            return (y, -0.5 * y.square() / length);
        });

    /// <summary>y = 1 / (√(r + ε) + c) in a graph of operators.</summary>
    public static GraphDual InverseLength(GraphDual squared, double normConstant) => squared.Apply(
        r => 1 / ((r + Softening).Sqrt() + normConstant),
        r =>
        {
            var length = (r + Softening).Sqrt();
            var y = 1 / (length + normConstant);
            return (y, -0.5 * y.Square() / length);
        });
}

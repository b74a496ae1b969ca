using FFF.Autodiff;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Networks.Equivariant;

/// <summary>
/// Positions x of nodes in an order, made independent and of variance 1 as far as a linear map can: z = (C_N + 11ᵀ/N)^(−½) x, with the
/// training graphs' covariance C_N of one coordinate of the nodes' positions. The inverse begins from a Gaussian with the
/// covariances of the data: a chain whose neighbours are near each other. It commutes with rotations; features stay.
/// </summary>
/// <remarks>
/// ZCA whitening: of all whitening maps the one that moves least; Kessy, Lewin and Strimmer, "Optimal whitening and decorrelation", The American
/// Statistician 2018. It has no parameters.
/// </remarks>
public sealed class Whitening : nn.Module, IInvertible
{
    private const string ForwardName = "forward";
    private const string InverseName = "inverse";

    private readonly NodeLayout _layout;

    /// <summary>Takes the matrices.</summary>
    /// <param name="layout">How a row is a graph, of any number of nodes.</param>
    /// <param name="ranks">How positions vary together.</param>
    public Whitening(NodeLayout layout, NodeRanks ranks)
        : base(nameof(Whitening))
    {
        _layout = layout;
        var (root, inverse) = ranks.Roots();
        register_buffer(InverseName, root);
        register_buffer(ForwardName, inverse);
    }

    /// <inheritdoc/>
    public long NumbersOfRow(long dimension) => dimension;

    /// <summary>z and features of x and features, [B, N·(d + F)].</summary>
    /// <inheritdoc/>
    public Dual Forward(Dual x, Tensor? condition) => Map(x, get_buffer(ForwardName)!);

    /// <summary>x and features of z and features.</summary>
    /// <inheritdoc cref="Forward"/>
    public Dual Inverse(Dual z, Tensor? condition) => Map(z, get_buffer(InverseName)!);

    private Dual Map(Dual rows, Tensor matrices)
    {
        var (positions, features) = GraphRows.Split(rows, _layout);
        var nodes = positions.Value.shape[^2];
        var matrix = matrices[nodes].narrow(0, 0, nodes).narrow(1, 0, nodes).to(positions.Value.dtype);
        return GraphRows.Join(positions.Map(t => t.transpose(-1, -2)).Linear(matrix, null).Map(t => t.transpose(-1, -2)), features);
    }
}

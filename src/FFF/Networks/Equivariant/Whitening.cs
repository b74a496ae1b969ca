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
    /// <exception cref="ArgumentException">No graphs have been seen.</exception>
    public Whitening(NodeLayout layout, NodeRanks ranks)
        : base(nameof(Whitening))
    {
        _layout = layout;
        if (ranks.Sizes.Count == 0)
        {
            throw new ArgumentException("The covariances of ranks are those of training data, which have not been seen.", nameof(ranks));
        }

        foreach (var nodes in ranks.Sizes)
        {
            var (root, inverse) = ranks.RootsOf(nodes);
            register_buffer(Name(InverseName, nodes), root);
            register_buffer(Name(ForwardName, nodes), inverse);
        }
    }

    /// <inheritdoc/>
    public long NumbersOfRow(long dimension) => dimension;

    /// <summary>z and features of x and features, [B, N·(d + F)].</summary>
    /// <inheritdoc/>
    public Dual Forward(Dual x, Tensor? condition) => Map(x, ForwardName);

    /// <summary>x and features of z and features.</summary>
    /// <inheritdoc cref="Forward"/>
    public Dual Inverse(Dual z, Tensor? condition) => Map(z, InverseName);

    private static string Name(string way, long nodes) => $"{way}_{nodes}";

    /// <summary>Of sizes that were not among the training graphs, positions stay as they are.</summary>
    private Dual Map(Dual rows, string way)
    {
        var (positions, features) = GraphRows.Split(rows, _layout);
        var matrix = get_buffer(Name(way, positions.Value.shape[^2]))?.to(positions.Value.dtype);
        return matrix is null ? rows
            : GraphRows.Join(positions.Map(t => t.transpose(-1, -2)).Linear(matrix, null).Map(t => t.transpose(-1, -2)), features);
    }
}

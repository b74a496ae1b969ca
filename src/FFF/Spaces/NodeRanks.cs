using static TorchSharp.torch;

namespace FFF.Spaces;

/// <summary>
/// An order of nodes that means something: the r-th node of one graph can be compared with the r-th of another of as many nodes.
/// Networks are told the ranks r, and how positions of ranks vary together is known.
/// </summary>
public sealed class NodeRanks
{
    /// <summary>How many first nodes are told apart one by one.</summary>
    private const int Singled = 32;

    /// <summary>What ranks are divided by where networks are told them as numbers.</summary>
    private const double Unit = 8;

    /// <summary>As if so many more graphs of each size had independent positions of variance 1.</summary>
    private const double PriorGraphs = 5;

    private NodeRanks(Tensor? covariances) => Covariances = covariances;

    /// <summary>Of graphs whose positions have not been seen yet.</summary>
    public static NodeRanks Unseen { get; } = new(null);

    /// <summary>Numbers that a network is told of each node's rank.</summary>
    public static int Told => Singled + 2;

    /// <summary>
    /// C_N for N from 0 to the largest number of nodes M, each in the upper left of zeros, [M + 1, M, M], float64 on the CPU: C_rs is the covariance of
    /// one coordinate of the nodes r and s, whose mean over nodes is zero. They outlive dispose scopes; null where no graphs have been seen.
    /// </summary>
    public Tensor? Covariances { get; }

    /// <summary>The ranks of graphs whose positions vary like these.</summary>
    /// <param name="sizes">Graphs of each number of nodes, with positions [B, N, d] whose mean over nodes is zero.</param>
    /// <param name="largest">M.</param>
    /// <remarks>C = (Σ_b x_b x_bᵀ / d + 5 P) / (B + 5), P = 1 − 11ᵀ/N: turned in all ways, each coordinate varies as the others do.</remarks>
    public static NodeRanks Of(IEnumerable<Tensor> sizes, int largest)
    {
        using var scope = NewDisposeScope();
        var covariances = zeros(largest + 1, largest, largest, float64);
        for (var nodes = 1; nodes <= largest; nodes++)
        {
            Place(covariances, nodes).copy_(MeanFree(nodes));
        }

        foreach (var positions in sizes)
        {
            var (graphs, nodes, dimensions) = (positions.shape[0], positions.shape[1], positions.shape[2]);
            var columns = positions.to(float64).transpose(0, 1).flatten(1);
            Place(covariances, nodes).copy_((mm(columns, columns.t()) / dimensions + PriorGraphs * MeanFree(nodes)) / (graphs + PriorGraphs));
        }

        return new(covariances.DetachFromDisposeScope());
    }

    /// <summary>What networks are told of each rank r: r/8, (N − 1 − r)/8, and 1 at r where r &lt; 32, [N, 34]; owned by the caller.</summary>
    /// <param name="nodes">N.</param>
    /// <param name="like">Of the type and on the device that is needed.</param>
    internal static Tensor Features(long nodes, Tensor like)
    {
        using var scope = NewDisposeScope();
        var ranks = arange(nodes, like.dtype, like.device).unsqueeze(1);
        return cat([ranks / Unit, (nodes - 1 - ranks) / Unit, ranks.eq(arange(Singled, like.dtype, like.device)).to(like.dtype)], 1).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// (C_N + 11ᵀ/N)^½ and (C_N + 11ᵀ/N)^(−½) for N from 0 to M, [M + 1, M, M] each, float32 on the CPU, in the scope of the caller: the second makes
    /// positions of ranks independent and of variance 1, the first undoes that. Either leaves the mean where it is.
    /// </summary>
    /// <exception cref="InvalidOperationException">No graphs have been seen.</exception>
    internal (Tensor Root, Tensor Inverse) Roots()
    {
        using var scope = NewDisposeScope();
        var covariances = Covariances ?? throw new InvalidOperationException("The covariances of ranks are those of training data, which have not been seen.");
        var (root, inverse) = (zeros_like(covariances), zeros_like(covariances));
        for (long nodes = 1; nodes < covariances.shape[0]; nodes++)
        {
            var (values, vectors) = linalg.eigh(Place(covariances, nodes) + Mean(nodes));
            Place(root, nodes).copy_(mm(vectors * values.sqrt(), vectors.t()));
            Place(inverse, nodes).copy_(mm(vectors * values.rsqrt(), vectors.t()));
        }

        return (root.to(float32).MoveToOuterDisposeScope(), inverse.to(float32).MoveToOuterDisposeScope());
    }

    /// <summary>What <see cref="Covariances"/> were, read from a file.</summary>
    /// <param name="saved">The tensor.</param>
    /// <param name="largest">M.</param>
    /// <exception cref="ArgumentException">It is damaged.</exception>
    internal static NodeRanks Load(Tensor saved, int largest) =>
        saved.dtype == float64 && saved.shape.SequenceEqual([largest + 1, largest, largest]) && saved.isfinite().all().item<bool>()
            ? new(saved.clone().DetachFromDisposeScope())
            : throw new ArgumentException($"The checkpoint is damaged: its covariances of ranks are not those of up to {largest} nodes.", nameof(saved));

    private static Tensor Place(Tensor matrices, long nodes) => matrices[nodes].narrow(0, 0, nodes).narrow(1, 0, nodes);

    private static Tensor Mean(long nodes) => full([nodes, nodes], 1.0 / nodes, float64);

    private static Tensor MeanFree(long nodes) => eye(nodes, dtype: float64) - Mean(nodes);
}

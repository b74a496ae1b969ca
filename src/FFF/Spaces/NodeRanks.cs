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

    private readonly IReadOnlyDictionary<int, Tensor> _covariances;

    private NodeRanks(IReadOnlyDictionary<int, Tensor> covariances) => _covariances = covariances;

    /// <summary>Of graphs whose positions have not been seen yet.</summary>
    public static NodeRanks Unseen { get; } = new(new Dictionary<int, Tensor>());

    /// <summary>Numbers that a network is told of each node's rank.</summary>
    public static int Told => Singled + 2;

    /// <summary>The numbers of nodes that graphs have been seen of, in ascending order.</summary>
    public IReadOnlyList<int> Sizes => [.. _covariances.Keys.Order()];

    /// <summary>
    /// C_N of graphs of one of <see cref="Sizes"/>, [N, N], float64 on the CPU: C_rs is the covariance of one coordinate of the nodes r and s, whose mean over
    /// nodes is zero. Owned by the ranks, and outlives dispose scopes.
    /// </summary>
    /// <param name="nodes">N.</param>
    public Tensor CovarianceOf(int nodes) => _covariances[nodes];

    /// <summary>The ranks of graphs whose positions vary like these.</summary>
    /// <param name="sizes">Graphs of each number of nodes, with positions [B, N, d] whose mean over nodes is zero.</param>
    /// <remarks>C = (Σ_b x_b x_bᵀ / d + 5 P) / (B + 5), P = 1 − 11ᵀ/N: turned in all ways, each coordinate varies as the others do.</remarks>
    public static NodeRanks Of(IEnumerable<Tensor> sizes)
    {
        var covariances = new Dictionary<int, Tensor>();
        foreach (var positions in sizes)
        {
            using var scope = NewDisposeScope();
            var (graphs, nodes, dimensions) = (positions.shape[0], positions.shape[1], positions.shape[2]);
            var columns = positions.to(float64).cpu().transpose(0, 1).flatten(1);
            var prior = PriorGraphs * (eye(nodes, dtype: float64) - Mean(nodes));
            covariances[(int)nodes] = ((mm(columns, columns.t()) / dimensions + prior) / (graphs + PriorGraphs)).DetachFromDisposeScope();
        }

        return new(covariances);
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

    /// <summary>exp(mean log λ) of the N − 1 eigenvalues of each C_N that are not that of the mean, which is zero: the geometric mean of variances.</summary>
    /// <param name="graphs">How many graphs have N nodes, for N from 0.</param>
    internal double PrincipalVariance(IReadOnlyList<long> graphs)
    {
        using var scope = NewDisposeScope();
        var logs = Sizes.Where(nodes => nodes > 1)
            .Sum(nodes => graphs[nodes] * linalg.eigvalsh(CovarianceOf(nodes)).narrow(0, 1, nodes - 1).log().sum().item<double>());
        return Math.Exp(logs / Sizes.Sum(nodes => graphs[nodes] * (nodes - 1)));
    }

    /// <summary>
    /// (C_N + 11ᵀ/N)^½ and (C_N + 11ᵀ/N)^(−½), [N, N], float32 on the CPU, in the scope of the caller: the second makes positions of ranks independent and
    /// of variance 1, the first undoes that. Either leaves the mean where it is.
    /// </summary>
    /// <param name="nodes">N, one of <see cref="Sizes"/>.</param>
    internal (Tensor Root, Tensor Inverse) RootsOf(int nodes)
    {
        using var scope = NewDisposeScope();
        var (values, vectors) = linalg.eigh(CovarianceOf(nodes) + Mean(nodes));
        Tensor Of(Tensor diagonal) => mm(vectors * diagonal, vectors.t()).to(float32).MoveToOuterDisposeScope();
        return (Of(values.sqrt()), Of(values.rsqrt()));
    }

    /// <summary>What <see cref="Load"/> makes the ranks of again: each size's covariance by its number behind a name; owned by the caller.</summary>
    /// <param name="name">The name.</param>
    internal IEnumerable<(string Name, Tensor Covariance)> Tensors(string name) => Sizes.Select(nodes => ($"{name}.{nodes}", CovarianceOf(nodes).clone()));

    /// <summary>The ranks whose covariances are among tensors that were read from a file; null where none are.</summary>
    /// <param name="tensors">By name.</param>
    /// <param name="name">What comes before the number of nodes.</param>
    /// <param name="largest">M, the largest number of nodes that there can be.</param>
    /// <exception cref="ArgumentException">They are damaged.</exception>
    internal static NodeRanks? Load(IReadOnlyDictionary<string, Tensor> tensors, string name, int largest)
    {
        var covariances = new Dictionary<int, Tensor>();
        for (var nodes = 1; nodes <= largest; nodes++)
        {
            if (tensors.TryGetValue($"{name}.{nodes}", out var saved))
            {
                covariances[nodes] = saved.dtype == float64 && saved.shape.SequenceEqual([nodes, nodes]) && saved.isfinite().all().item<bool>()
                    ? saved.clone().DetachFromDisposeScope()
                    : throw new ArgumentException($"The checkpoint is damaged: '{name}.{nodes}' is no covariance of {nodes} nodes.", nameof(tensors));
            }
        }

        return covariances.Count == 0 ? null : new(covariances);
    }

    private static Tensor Mean(long nodes) => full([nodes, nodes], 1.0 / nodes, float64);
}

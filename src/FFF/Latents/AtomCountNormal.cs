using FFF.Randomness;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Latents;

/// <summary>
/// The latent density of molecules: log p(z) = log p(N) + log p(z | N), the training molecules' distribution of atom counts
/// and a <see cref="MeanFreeNormal"/> for N atoms. Rows of smaller molecules end in NaN.
/// </summary>
public sealed class AtomCountNormal : ILatent
{
    /// <summary>So much of a molecule is added to each size from 2 on, so that a size that only held-out data have is not impossible.</summary>
    private const double PseudoCount = 0.01;

    private const double PublishedFloor = 1e-30;
    private const int Fewest = 2;

    private readonly MoleculeSpace _shape;
    private readonly double[] _share;

    /// <summary>Takes the distribution of atom counts.</summary>
    public AtomCountNormal(MoleculeSpace shape)
    {
        _shape = shape;
        var counts = shape.AtomCounts.Select((count, atoms) => atoms < Fewest ? 0 : count + PseudoCount).ToArray();
        var total = counts.Sum();
        _share = [.. counts.Select(count => count / total)];
        OfAtoms = new MeanFreeNormal(shape.Nodes);
    }

    /// <summary>p(z | N), for any N.</summary>
    public MeanFreeNormal OfAtoms { get; }

    /// <summary>log p(N); −∞ for more atoms than the largest training molecule has. 0 where the number is among the conditions.</summary>
    public double LogShare(int atoms) => _shape.IsSizeGiven ? 0 : atoms < _share.Length ? Math.Log(_share[atoms]) : double.NegativeInfinity;

    /// <summary>
    /// log p(N) as the E(n) flow's and EDM's code have it: the logarithm of the share of the training molecules itself, or about −69 where there are none.
    /// </summary>
    internal double LogPublishedShare(int atoms) => _shape.IsSizeGiven ? 0 : Math.Log(PublishedFloor
        + (atoms < _shape.AtomCounts.Count ? _shape.AtomCounts[atoms] / (double)_shape.AtomCounts.Sum() : 0));

    /// <inheritdoc/>
    public Tensor LogProb(Tensor z)
    {
        var result = zeros(z.shape[0], dtype: z.dtype, device: z.device);
        foreach (var (atoms, index, rows) in MoleculeRows.BySize(z, _shape.Nodes.Width))
        {
            result.index_copy_(0, index, OfAtoms.LogProb(rows.flatten(1)) + LogShare(atoms));
        }

        return result;
    }

    /// <summary>Draws N, then z of so many atoms.</summary>
    /// <param name="count">How many molecules.</param>
    /// <param name="dimension">The length of a row, which has room for the largest molecule.</param>
    /// <param name="random">Where randomness comes from.</param>
    public Tensor Sample(long count, int dimension, RandomStream random)
    {
        using var atoms = Atoms(count, random);
        return Sample(atoms, dimension, random);
    }

    /// <summary>Draws N.</summary>
    /// <param name="count">How many.</param>
    /// <param name="random">Where randomness comes from.</param>
    /// <returns>[count], int64.</returns>
    internal Tensor Atoms(long count, RandomStream random)
    {
        using var shares = tensor(_share, float64);
        return random.Categorical(shares, count);
    }

    /// <summary>Draws z of given numbers of atoms.</summary>
    /// <param name="atoms">N of each, [count], int64.</param>
    /// <param name="dimension">The length of a row.</param>
    /// <param name="random">Where randomness comes from.</param>
    public Tensor Sample(Tensor atoms, int dimension, RandomStream random)
    {
        using var scope = NewDisposeScope();
        var columns = arange(dimension);
        var noise = random.Normal([atoms.shape[0], dimension]);
        var rows = noise.masked_fill_(columns.unsqueeze(0) >= (atoms * _shape.Nodes.Width).unsqueeze(-1), double.NaN);
        var parts = MoleculeRows.BySize(rows, _shape.Nodes.Width)
            .Select(part => (part.Index, OfAtoms.Centre(part.Rows.flatten(1)))).ToArray();
        return MoleculeRows.Join(parts, atoms.shape[0], dimension).MoveToOuterDisposeScope();
    }
}

using FFF.Spaces;
using static TorchSharp.torch;

[assembly: SavedSpace<MoleculeSpace>("molecules")]

namespace FFF.Spaces;

/// <summary>
/// Molecules of any size. A row holds the numbers of one atom after the other; rows of smaller molecules end in NaN, so that
/// rows of all sizes make one tensor. Mean positions are zero.
/// </summary>
/// <param name="AtomicNumbers">The elements that there are, K of them; an atom's type is an index into this list.</param>
/// <param name="AtomCounts">How many training molecules have n atoms, for n from 0 up to the largest.</param>
public sealed record MoleculeSpace(IReadOnlyList<int> AtomicNumbers, IReadOnlyList<long> AtomCounts) : Space, ISavedSpace
{
    /// <summary>Dimensions of space.</summary>
    public const int Axes = 3;

    /// <summary>Numbers of an atom in the data: its position, type and nuclear charge.</summary>
    public const int DataWidth = Axes + 2;

    private const string ElementsName = "data.elements";
    private const string AtomCountsName = "data.atom_counts";
    private const string SizeGivenName = "data.size_given";
    private const string RanksName = "data.rank_covariances";

    /// <summary>Whether the number of atoms is among the conditions: densities p(x | N, c) then have no factor p(N).</summary>
    public bool IsSizeGiven { get; init; }

    /// <summary>
    /// The order of the atoms, where it means something, and how their positions vary together; null where atoms can be exchanged. Densities of
    /// molecules as sets of atoms are then bounded by p(x in order) / N!.
    /// </summary>
    public NodeRanks? Ranks { get; init; }

    /// <summary>−log N! of molecules in order, of which each is one of N! that are the same set of atoms; 0 where atoms can be exchanged.</summary>
    /// <param name="atoms">N.</param>
    internal double LogOrders(int atoms) => Ranks is null ? 0 : -Enumerable.Range(1, atoms).Sum(n => Math.Log(n));

    /// <summary>K.</summary>
    public int Types => AtomicNumbers.Count;

    /// <summary>Atoms of the largest molecule.</summary>
    public int MaxAtoms => AtomCounts.Count - 1;

    /// <inheritdoc/>
    public override int Dimension => MaxAtoms * DataWidth;

    /// <inheritdoc/>
    public override int DensityDimension => MaxAtoms * Nodes.Width - Axes;

    /// <summary>The numbers of an atom: as many vectors are orthogonal for the smallest molecule.</summary>
    public override int HutchinsonDimension => Nodes.Width;

    /// <summary>What networks are given of an atom: its position, a number for each type, one for its charge.</summary>
    public override NodeLayout Nodes => new(Axes, Types + 1) { Ranks = Ranks };

    /// <inheritdoc/>
    public override IReadOnlyList<long> NodeCounts => AtomCounts;

    /// <inheritdoc/>
    public override bool IsStandardized => false;

    /// <inheritdoc/>
    public override string Describe() => $"of up to {MaxAtoms} atoms of {Types} element{(Types == 1 ? "" : "s")}";

    /// <inheritdoc/>
    public override Space OfTraining(IRows rows)
    {
        using var scope = NewDisposeScope();
        return this with
        {
            AtomCounts = (rows.Group ?? throw new ArgumentException("Molecules are grouped by size.", nameof(rows)))
                .bincount(null, minlength: AtomCounts.Count).data<long>().ToArray(),
            Ranks = Ranks is null ? null
                : NodeRanks.Of(MoleculeRows.BySize(rows.Data, DataWidth).Select(size => size.Rows.narrow(-1, 0, Axes))),
        };
    }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, Tensor> Tensors()
    {
        var tensors = new Dictionary<string, Tensor>
        {
            [ElementsName] = tensor(AtomicNumbers.ToArray(), int32),
            [AtomCountsName] = tensor(AtomCounts.ToArray(), int64),
        };
        if (IsSizeGiven)
        {
            tensors[SizeGivenName] = tensor([1], int32);
        }

        foreach (var (name, covariance) in Ranks?.Tensors(RanksName) ?? [])
        {
            tensors[name] = covariance;
        }

        return tensors;
    }

    /// <inheritdoc/>
    static Space? ISavedSpace.Load(IReadOnlyDictionary<string, Tensor> tensors, int dimension)
    {
        if (!tensors.TryGetValue(ElementsName, out var elements) || !tensors.TryGetValue(AtomCountsName, out var atoms))
        {
            return null;
        }

        if (elements.dim() != 1 || atoms.dim() != 1 || elements.dtype != int32 || atoms.dtype != int64 || elements.numel() == 0 || atoms.numel() < 2)
        {
            throw new ArgumentException($"The checkpoint is damaged: '{ElementsName}' or '{AtomCountsName}' is no list of whole numbers.", nameof(tensors));
        }

        var (numbers, counts) = (elements.data<int>().ToArray(), atoms.data<long>().ToArray());
        return numbers.Any(number => !Enum.IsDefined((Element)number)) || numbers.Distinct().Count() < numbers.Length
                ? throw new ArgumentException(
                    $"The checkpoint is damaged: '{ElementsName}' holds {string.Join(", ", numbers)}, which are no atomic numbers of different elements.",
                    nameof(tensors))
            : counts.Any(count => count < 0) || counts.All(count => count == 0) || counts.Length - 1 != dimension / DataWidth
                ? throw new ArgumentException(
                    $"The checkpoint is damaged: '{AtomCountsName}' does not tell how many molecules of up to {dimension / DataWidth} atoms there are.",
                    nameof(tensors))
            : new MoleculeSpace(numbers, counts)
            {
                IsSizeGiven = tensors.ContainsKey(SizeGivenName),
                Ranks = NodeRanks.Load(tensors, RanksName, counts.Length - 1),
            };
    }
}

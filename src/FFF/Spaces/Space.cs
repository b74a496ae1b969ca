using FFF.Randomness;
using FFF.Transforms;
using static TorchSharp.torch;

namespace FFF.Spaces;

/// <summary>
/// What the rows of a data set are points of: it tells flows, networks and latent densities what they have to know of the
/// rows beside their numbers. A space is saved with the model that was trained on it.
/// </summary>
public abstract record Space
{
    /// <summary>D, the numbers of a data row.</summary>
    public abstract int Dimension { get; }

    /// <summary>The numbers of a row behind <see cref="Transform"/>, which flows are of: D, or less where that leaves out what tells nothing.</summary>
    public virtual int TransformedDimension => Dimension;

    /// <summary>S, the dimension of what densities of the largest row live on: D, or that of a subspace.</summary>
    public abstract int DensityDimension { get; }

    /// <summary>How a latent row is a graph; null where it is none.</summary>
    public virtual NodeLayout? Nodes => null;

    /// <summary>How many rows are graphs of n nodes, for n from 0 on, in shares that need not sum to one; empty where they are no graphs.</summary>
    public virtual IReadOnlyList<long> NodeCounts => [];

    /// <summary>The transform that comes before standardisation, by which the space becomes one of all vectors; null where there is none.</summary>
    public virtual ITransform? Transform => null;

    /// <summary>Which numbers of rows lie where the space has any, [N, D] to booleans [N, D]; null where all do.</summary>
    /// <param name="rows">[N, D].</param>
    public virtual Tensor? Contains(Tensor rows) => null;

    /// <summary>Whether points that are rounded to float32 still lie in the space.</summary>
    internal virtual bool KeepsSingle => true;

    /// <summary>Between what a column's numbers lie, in words; null where it has no bounds.</summary>
    internal virtual string? BoundsOf(int column) => null;

    /// <summary>Whether columns may be shifted and scaled each for itself.</summary>
    public virtual bool IsStandardized => true;

    /// <summary>How many Hutchinson vectors of a row can be orthogonal: S, or less where rows differ in size.</summary>
    public virtual int HutchinsonDimension => DensityDimension;

    /// <summary>The space in words that follow the number of rows, such as "in 2 dimensions".</summary>
    public abstract string Describe();

    /// <summary>The names of the D columns of a row; empty where rows have none.</summary>
    public virtual IReadOnlyList<string> Columns => [];

    /// <summary>What <see cref="SpaceFile.Load"/> makes the space of again, by names that no other space has; owned by the caller.</summary>
    public virtual IReadOnlyDictionary<string, Tensor> Tensors() => new Dictionary<string, Tensor>();

    /// <summary>
    /// Samples, of rows that were decoded: what <see cref="Transform"/> leaves out, because the density is the same whatever it is, is drawn.
    /// </summary>
    /// <param name="rows">[N, D].</param>
    /// <param name="random">Draws it.</param>
    /// <returns>[N, D], in the scope of the caller.</returns>
    internal virtual Tensor Drawn(Tensor rows, RandomStream random) => rows;

    /// <summary>The space of training rows, where it tells something of them, such as how many are of which size.</summary>
    /// <param name="rows">The training rows, before any transform.</param>
    public virtual Space OfTraining(IRows rows) => this;
}

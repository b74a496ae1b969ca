using FFF.Datasets;
using FFF.Datasets.Molecules;
using FFF.Latents;
using FFF.Randomness;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Sampling;

/// <summary>What molecules are conditioned on that are drawn, and of how many atoms they are.</summary>
public abstract record MoleculeConditions
{
    /// <summary>
    /// The conditions of molecules like those of a data set that are held out, or trained on where none are: of each, one of its rows' together with that
    /// one's number of atoms. Null where they have no conditions.
    /// </summary>
    internal static MoleculeConditions? Like(Dataset dataset) => dataset.ConditionDimension == 0 ? null
        : new ConditionsOfRows(dataset.HeldOut.Rows is { Count: > 0 } held ? held : dataset.Train);

    /// <summary>N of each where conditions do not tell it: of all, or drawn; [count], int64.</summary>
    internal static Tensor Sizes(long count, int? atoms, AtomCountNormal counts, RandomStream random) =>
        atoms is { } all ? full(count, (long)all, dtype: int64) : counts.Atoms(count, random);

    /// <summary>Draws sizes and conditions.</summary>
    /// <param name="count">How many.</param>
    /// <param name="atoms">N where all are of one size.</param>
    /// <param name="counts">Draws N where nothing else tells it.</param>
    /// <param name="random">Where randomness comes from.</param>
    /// <returns>N, [count], int64, and conditions in their own units, [count, C], float64.</returns>
    internal abstract (Tensor Sizes, Tensor Conditions) Draw(long count, int? atoms, AtomCountNormal counts, RandomStream random);
}

/// <summary>The same condition for all.</summary>
/// <param name="Values">C numbers; what stands in the column of the size is not read.</param>
/// <param name="SizeColumn">The column that is each molecule's own number of atoms; null where there is none.</param>
public sealed record OneCondition(IReadOnlyList<double> Values, int? SizeColumn) : MoleculeConditions
{
    /// <summary>The condition by the names that a run knows.</summary>
    /// <param name="names">C names.</param>
    /// <param name="values">C numbers.</param>
    internal static OneCondition Of(IReadOnlyList<string> names, IReadOnlyList<double> values) =>
        new(values, Enumerable.Range(0, names.Count).Where(column => names[column] == MoleculeProperties.Size).Cast<int?>().FirstOrDefault());

    /// <inheritdoc/>
    internal override (Tensor Sizes, Tensor Conditions) Draw(long count, int? atoms, AtomCountNormal counts, RandomStream random)
    {
        var sizes = Sizes(count, atoms, counts, random);
        var conditions = tensor(Values.ToArray(), float64).unsqueeze(0).repeat(count, 1);
        if (SizeColumn is { } column)
        {
            conditions.select(1, column).copy_(sizes);
        }

        return (sizes, conditions);
    }
}

/// <summary>Conditions and sizes as rows have them together.</summary>
/// <param name="Rows">The rows.</param>
internal sealed record ConditionsOfRows(IRows Rows) : MoleculeConditions
{
    /// <inheritdoc/>
    internal override (Tensor Sizes, Tensor Conditions) Draw(long count, int? atoms, AtomCountNormal counts, RandomStream random)
    {
        var drawn = Rows.Select(random.Integers(0, Rows.Count, [count]));
        return (MoleculeRows.Sizes(drawn.Data, MoleculeSpace.DataWidth).to(int64).cpu(), drawn.Condition!.cpu().to(float64));
    }
}

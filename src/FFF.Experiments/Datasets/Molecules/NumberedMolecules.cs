using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Datasets.Molecules;

/// <summary>Molecules as rows of numbers.</summary>
/// <param name="Rows">float32, [N, M·5]; see <see cref="MoleculeSamples.Numbers"/>.</param>
/// <param name="Numbers">The molecules' numbers in their data set, int64, [N]; null where they have none.</param>
/// <param name="Conditions">What they are conditioned on, [N, C], float64; null where there are no conditions.</param>
internal sealed record NumberedMolecules(Tensor Rows, Tensor? Numbers, Tensor? Conditions = null)
{
    /// <summary>Those of QM9.</summary>
    /// <param name="folder">The folder of the archive; the user's if null.</param>
    /// <param name="atoms">Which atoms they have.</param>
    /// <param name="conditions">The names of what they are conditioned on.</param>
    /// <exception cref="DatasetException">There is no such property.</exception>
    public static NumberedMolecules OfQm9(string? folder, LearntAtoms atoms, IReadOnlyList<string> conditions)
    {
        Molecule[] molecules = [.. atoms.Of(Qm9.Load(folder, atoms.Accepted).Molecules)];
        return new(MoleculeSamples.Numbers(molecules, atoms.Elements), tensor(molecules.Select(molecule => (long)Qm9.NumberOf(molecule)).ToArray(), int64),
            MoleculeProperties.Conditions(molecules, conditions, Qm9.Name));
    }

    /// <summary>Those of so many atoms.</summary>
    /// <param name="least">The fewest; null for any number.</param>
    /// <param name="most">The most.</param>
    public NumberedMolecules OfSize(int? least, int? most)
    {
        if ((least is null && most is null) || Rows.shape[0] == 0)
        {
            return this;
        }

        var sizes = MoleculeRows.Sizes(Rows, MoleculeSpace.DataWidth);
        var chosen = (sizes.ge(least ?? 0) & sizes.le(most ?? int.MaxValue)).nonzero().squeeze(1);
        return new(Rows.index_select(0, chosen), Numbers?.index_select(0, chosen), Conditions?.index_select(0, chosen));
    }

    /// <summary>The first ones.</summary>
    public NumberedMolecules First(long count) =>
        new(Rows.narrow(0, 0, count), Numbers?.narrow(0, 0, count), Conditions?.narrow(0, 0, count));
}

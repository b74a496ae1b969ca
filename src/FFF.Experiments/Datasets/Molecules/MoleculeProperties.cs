using System.Text.RegularExpressions;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Datasets.Molecules;

/// <summary>
/// Numbers that are known of whole molecules, by which they can be conditioned: arrays of an archive, <c>name=number</c> in the comment of an .xyz file,
/// the 15 properties that QM9's files have in a fixed order, and the number of atoms.
/// </summary>
internal static partial class MoleculeProperties
{
    /// <summary>N, the number of atoms that are learnt.</summary>
    public const string Size = "n_atoms";

    private const string QmTag = "gdb";
    private const int QmFirst = 2;

    /// <summary>What is known of QM9's molecules.</summary>
    public static IEnumerable<string> OfQm9 => QmNames.Prepend(Size);

    /// <summary>That a condition is none of what is known.</summary>
    /// <param name="what">Which molecules, for the message.</param>
    /// <param name="name">The name.</param>
    /// <param name="known">What is known.</param>
    public static DatasetException Unknown(string what, string name, IEnumerable<string> known) =>
        new($"{what} has no number '{name}', which data.condition names. What is known of it: {string.Join(", ", known)}.") { Key = "condition" };

    /// <summary>Ramakrishnan et al., Scientific Data 1, 140022, 2014, table 3: in GHz, D, a₀³, Ha, a₀² and cal/(mol K).</summary>
    private static string[] QmNames { get; } = ["A", "B", "C", "mu", "alpha", "homo", "lumo", "gap", "r2", "zpve", "U0", "U", "H", "G", "Cv"];

    /// <summary>The conditions of molecules.</summary>
    /// <param name="molecules">The molecules, as they are learnt.</param>
    /// <param name="names">What they are conditioned on, C names.</param>
    /// <param name="source">Where they are from, for messages.</param>
    /// <returns>[N, C], float64 on the CPU; null where no names are given.</returns>
    /// <exception cref="DatasetException">A molecule has no number of this name.</exception>
    public static Tensor? Conditions(IReadOnlyList<Molecule> molecules, IReadOnlyList<string> names, string source)
    {
        if (names.Count == 0)
        {
            return null;
        }

        var values = new double[molecules.Count * names.Count];
        foreach (var (row, molecule) in molecules.Index())
        {
            var known = Of(molecule);
            foreach (var (column, name) in names.Index())
            {
                values[(row * names.Count) + column] = name == Size ? molecule.AtomCount
                    : known.TryGetValue(name, out var value) ? value
                    : throw Unknown($"{source}: molecule {row + 1}", name, known.Keys.Prepend(Size));
            }
        }

        return molecules.Count == 0 ? empty([0, names.Count], float64) : tensor(values, [molecules.Count, names.Count], dtype: float64);
    }

    /// <summary>What is known of a molecule, without the number of its atoms.</summary>
    internal static IReadOnlyDictionary<string, double> Of(Molecule molecule)
    {
        if (molecule.Properties.Count > 0)
        {
            return molecule.Properties;
        }

        var found = new Dictionary<string, double>();
        var words = AtomText.Words(molecule.Comment);
        if (words.Length == QmFirst + QmNames.Length && words[0] == QmTag)
        {
            foreach (var (name, word) in QmNames.Zip(words[QmFirst..]))
            {
                Add(found, name, word);
            }

            return found;
        }

        foreach (Match pair in NamedNumber().Matches(molecule.Comment))
        {
            Add(found, pair.Groups["name"].Value, pair.Groups["value"].Value);
        }

        return found;
    }

    private static void Add(Dictionary<string, double> found, string name, string word)
    {
        if (AtomText.TryNumber(word, out var number))
        {
            found.TryAdd(name, number);
        }
    }

    /// <summary>Texts in quotation marks, such as lattices, are passed over as a whole.</summary>
    [GeneratedRegex("""(?<name>[A-Za-z_][\w.\-]*)=(?:"[^"]*"|(?<value>\S+))""", RegexOptions.CultureInvariant)]
    private static partial Regex NamedNumber();
}

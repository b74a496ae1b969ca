using System.Globalization;
using FFF.Datasets.Molecules;
using FFF.Evaluation.Molecules;

namespace FFF.Reports;

/// <summary>What a file of molecules holds, in numbers. Needs no libtorch.</summary>
internal static class MoleculeSummary
{
    /// <summary>How many molecules there are, and how many are stable and valid.</summary>
    /// <exception cref="Formats.FileReadException">The file cannot be read.</exception>
    public static string Of(string path)
    {
        var report = MoleculeEvaluation.Of(MoleculeFile.ReadAll(path));
        return Html.Pairs(
        [
            ("molecules", Text($"{report.Molecules:N0}, of {report.AtomsPerMolecule:F1} atoms on average")),
            ("stable molecules", Text($"{report.MoleculeStability:P2}")),
            ("stable atoms", Text($"{report.AtomStability:P2}")),
            ("valid", Text($"{report.Validity:P2}")),
        ]);
    }

    private static string Text(FormattableString text) => Html.Text(text.ToString(CultureInfo.InvariantCulture));
}

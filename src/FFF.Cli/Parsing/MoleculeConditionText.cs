using FFF.Cli.Rendering;
using FFF.Datasets.Molecules;
using FFF.Formats;
using FFF.Runs;
using FFF.Sampling;
using static TorchSharp.torch;

namespace FFF.Cli.Parsing;

/// <summary>What molecules are conditioned on, as the user gives it: numbers by name, of which the size may be left out, or in order.</summary>
internal static class MoleculeConditionText
{
    private const string Option = "--condition";

    /// <summary>Reads the condition.</summary>
    /// <param name="text">Numbers such as homo=-0.24,n_atoms=18, or all of the run's in order; null where none is given.</param>
    /// <param name="atoms">The size that is asked for beside; null where none is.</param>
    /// <param name="run">The run, on molecules.</param>
    /// <returns>The condition, null where the run has none, and the size of all; null where sizes are drawn.</returns>
    /// <exception cref="CommandException">A name is missing or unknown, the size is no number of atoms, or is given twice.</exception>
    public static (MoleculeConditions? Conditions, int? Atoms) Read(string? text, int? atoms, LoadedRun run)
    {
        var names = run.ConditionColumns;
        if (text is null && names.All(name => name == MoleculeProperties.Size))
        {
            return (names.Count == 0 ? null : OneCondition.Of(names, [double.NaN]), atoms);
        }

        var given = text is null ? throw Missing(run) : Numbers(text, names);
        int? size = given.TryGetValue(MoleculeProperties.Size, out var told) ? SizeOf(told) : null;
        if (size is not null && atoms is not null)
        {
            throw new CommandException(ExitCode.Usage, $"give either --atoms or {MoleculeProperties.Size} of {Option}.");
        }

        WarnOfFar(run, names, given);
        return (names.Count == 0 ? null : OneCondition.Of(names, [.. names.Select(name => given.GetValueOrDefault(name, double.NaN))]), size ?? atoms);
    }

    /// <summary>The numbers by name.</summary>
    private static Dictionary<string, double> Numbers(string text, IReadOnlyList<string> names)
    {
        var isSizeGiven = text.Split(',').Any(part => part.Split('=')[0].Trim() == MoleculeProperties.Size);
        string[] expected = !text.Contains('=', StringComparison.Ordinal) ? [.. names]
            : isSizeGiven ? [.. names.Append(MoleculeProperties.Size).Distinct()]
            : [.. names.Where(name => name != MoleculeProperties.Size)];
        var whose = $"the conditions of this run{(isSizeGiven ? "" : $" (beside {MoleculeProperties.Size}, the number of atoms, which may be left out)")}";
        var values = NumbersText.Read(Option, text, expected, expected.Length, whose);
        return values.Length == expected.Length
            ? expected.Zip(values).ToDictionary()
            : throw new CommandException(ExitCode.Usage, $"{Option}: has {values.Length} numbers, but the conditions of this run are "
                + $"{string.Join(", ", names)}. Give them by name, such as {string.Join(',', names.Select(name => $"{name}=0.1"))}.");
    }

    private static int SizeOf(double told) => told == Math.Floor(told) && told is >= MoleculeRequest.MinAtoms and <= MoleculeRequest.MaxAtoms
        ? (int)told
        : throw new CommandException(ExitCode.Usage, FormattableString.Invariant(
            $"{Option}: expected a whole number from {MoleculeRequest.MinAtoms} to {MoleculeRequest.MaxAtoms} for {MoleculeProperties.Size}, found {told}."));

    private static CommandException Missing(LoadedRun run)
    {
        using var scope = NewDisposeScope();
        var mean = run.Flow.ConditionMean!.to(float64).data<double>().ToArray();
        var typical = run.ConditionColumns.Zip(mean).Where(pair => pair.First != MoleculeProperties.Size)
            .Select(pair => $"{pair.First}={Words.Number(pair.Second, 3)}");
        return new(ExitCode.Usage, $"the run {Words.Name(run.Folder)} was trained with conditions ({string.Join(", ", run.ConditionColumns)}): give them, "
            + $"such as:\n  fff sample --run {Words.Place(run.Folder.Path)} --condition {string.Join(',', typical)}");
    }

    /// <summary>A size that is not given is drawn like those of the training, and not far from them.</summary>
    private static void WarnOfFar(LoadedRun run, IReadOnlyList<string> names, Dictionary<string, double> given)
    {
        if (names.Count == 0)
        {
            return;
        }

        using var scope = NewDisposeScope();
        var mean = run.Flow.ConditionMean!.to(float64).data<double>().ToArray();
        RunWarnings.OfFarConditions(run, tensor(names.Zip(mean, (name, typical) => given.GetValueOrDefault(name, typical)).ToArray(), float64));
    }
}

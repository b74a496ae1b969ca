using System.Text.RegularExpressions;
using FFF.Formats;
using static TorchSharp.torch;

namespace FFF.Datasets.Table;

/// <summary>The files that simulations are written into: parameters and observations, or one table of both.</summary>
/// <param name="Parameters">That of the parameters.</param>
/// <param name="Observations">That of the observations; null where the first has both.</param>
internal sealed partial record SimulationFiles(string Parameters, string? Observations)
{
    /// <summary>Those that a configuration names, for its first simulations.</summary>
    /// <exception cref="DatasetException">They are there already, or of a format that is not written.</exception>
    public static SimulationFiles First(SimulationsData data)
    {
        var (parameters, observations) = (data.Parameters.Path!, data.IsOneTable ? null : data.Observations.Path);
        if (data.Parameters.Append.Count > 0)
        {
            throw new DatasetException("parameters.append names more files than the first, which is the one that is written: begin without them.")
            {
                Key = "parameters",
            };
        }

        return new SimulationFiles(parameters, observations).Checked();
    }

    /// <summary>Those of a further round, beside the first: theta.csv and theta.round-2.csv.</summary>
    /// <exception cref="DatasetException">They are there already, or of a format that is not written.</exception>
    public static SimulationFiles OfRound(SimulationsData data, int round)
    {
        string Beside(string path) => Path.Combine(Path.GetDirectoryName(path) ?? "",
            FormattableString.Invariant($"{Path.GetFileNameWithoutExtension(path)}.round-{round}{Path.GetExtension(path)}"));
        return new SimulationFiles(Beside(data.Parameters.Path!), data.IsOneTable ? null : Beside(data.Observations.Path!)).Checked();
    }

    /// <summary>Whether a file is called as one of a further round is.</summary>
    public static bool IsOfRound(string path) => NameOfRound().IsMatch(Path.GetFileName(path));

    /// <summary>Writes simulations; observations without names are x_0 and so on, as a .csv needs some.</summary>
    /// <exception cref="FileWriteException">A file cannot be written.</exception>
    public void Write(IReadOnlyList<string> names, SimulatedRows rows)
    {
        var observed = rows.Columns ?? [.. Enumerable.Range(0, (int)rows.Observations.shape[1]).Select(column => $"x_{column}")];
        if (Observations is not null)
        {
            MatrixFile.Write(Observations, observed, rows.Observations);
            MatrixFile.Write(Parameters, names, rows.Parameters);
            return;
        }

        using var both = cat([rows.Parameters, rows.Observations], 1);
        MatrixFile.Write(Parameters, [.. names, .. observed], both);
    }

    [GeneratedRegex(@"\.round-[0-9]+\.[^.]+$")]
    private static partial Regex NameOfRound();

    private SimulationFiles Checked()
    {
        foreach (var path in new[] { Parameters, Observations }.OfType<string>())
        {
            if (path.AsSpan().IndexOfAny('*', '?') >= 0 || !MatrixFile.CanWrite(path))
            {
                throw new DatasetException($"{path}: simulations are written as .csv or .npy; name such a file.") { Key = "parameters" };
            }

            if (File.Exists(path))
            {
                throw new DatasetException($"{path}: is there already, and is not written over. Name another file, or move it away.") { Key = "parameters" };
            }
        }

        return this;
    }
}

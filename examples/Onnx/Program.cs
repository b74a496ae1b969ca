// Samples a run that `fff export --format onnx` wrote, or gives log-densities of rows, by ONNX Runtime alone: no libtorch comes along.
//
//   Onnx sample FOLDER COUNT [--seed N] [--condition NUMBERS] [--log-prob] [--threads N]
//   Onnx log-prob FOLDER ROWS.csv [--condition NUMBERS|FILE.csv] [--threads N]
using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using Onnx;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is not [("sample" or "log-prob") and var question, var folder, var what, .. var options])
{
    Console.Error.WriteLine("Expected: sample FOLDER COUNT [--seed N] [--condition NUMBERS] [--log-prob] [--threads N], or "
        + "log-prob FOLDER ROWS.csv [--condition NUMBERS|FILE.csv] [--threads N]");
    return 2;
}

try
{
    string? Option(string name) => Array.IndexOf(options, name) is var at and >= 0 && at + 1 < options.Length ? options[at + 1] : null;
    using var flow = new ExportedFlow(folder, int.Parse(Option("--threads") ?? "1"));
    var condition = Option("--condition") is not { } given ? []
        : given.EndsWith(".csv", StringComparison.Ordinal) ? Table(given, flow.ConditionColumns)
        : Array.ConvertAll(given.Split(','), double.Parse);
    var clock = Stopwatch.StartNew();
    if (question == "sample" && !flow.HasNormalCodes)
    {
        Console.Error.WriteLine("This example draws normal codes alone, and the run's are others: draw them yourself, and decode them.");
        return 1;
    }

    if (question == "sample")
    {
        var (count, withLogProb) = (int.Parse(what), options.Contains("--log-prob"));
        var (rows, logProb) = flow.Sample(count, Option("--seed") is { } seed ? long.Parse(seed) : flow.Seed, condition, withLogProb);
        if (flow.HasOneOrientation)
        {
            Console.Error.WriteLine("The samples have one orientation: turn them at random, which leaves their log-densities as they are.");
        }

        Console.Error.WriteLine($"{count / clock.Elapsed.TotalSeconds:N0} samples/s");
        Console.WriteLine(string.Join(',', [.. flow.Columns, .. withLogProb ? (string[])["log_prob"] : []]));
        for (var row = 0; row < count; row++)
        {
            Console.WriteLine(string.Join(',', [.. rows.AsSpan(row * flow.Dimension, flow.Dimension), .. withLogProb ? [logProb[row]] : (double[])[]]));
        }
    }
    else
    {
        var logProb = flow.LogProb(Table(what, flow.Columns), condition);
        Console.Error.WriteLine($"{logProb.Length / clock.Elapsed.TotalSeconds:N0} rows/s");
        Console.WriteLine("log_prob");
        Array.ForEach(logProb, Console.WriteLine);
    }

    return 0;
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or OverflowException or ArgumentException or OnnxRuntimeException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

// The named columns of a table, row after row.
static double[] Table(string path, string[] columns)
{
    var lines = File.ReadAllLines(path);
    var names = lines.Length > 0 ? lines[0].Split(',') : [];
    var places = Array.ConvertAll(columns, column => Array.IndexOf(names, column) is var at and >= 0 ? at
        : throw new FormatException($"{path} has no column '{column}': it needs {string.Join(", ", columns)}."));
    return [.. lines[1..].Select((line, row) => line.Split(',') is { } cells && cells.Length == names.Length ? cells
        : throw new FormatException($"{path}: row {row} has other columns than the header."))
        .SelectMany(cells => places.Select(place => double.Parse(cells[place])))];
}

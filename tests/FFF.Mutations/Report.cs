using System.Text.Encodings.Web;
using System.Text.Json;

namespace FFF.Mutations;

/// <summary>Writes what came of the changes: a line of JSON for each into a file, and the counts and what survived to stdout.</summary>
internal static class Report
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>One line of JSON.</summary>
    public static string Line(Trial trial) => JsonSerializer.Serialize(new
    {
        id = trial.Mutation.Id,
        file = trial.Mutation.File,
        line = trial.Mutation.Line,
        source = trial.Mutation.Source,
        text = trial.Mutation.Text,
        change = trial.Mutation.What,
        outcome = trial.Outcome,
        by = trial.By,
        classes = trial.Classes,
        seconds = Math.Round(trial.Seconds, 1),
    }, Plain);

    /// <summary>The table.</summary>
    public static void Print(IReadOnlyCollection<Trial> trials)
    {
        foreach (var folder in trials.GroupBy(trial => Path.GetDirectoryName(trial.Mutation.File)!).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            Console.WriteLine($"{folder.Key,-45} {folder.Count(trial => trial.IsCaught),4} of {folder.Count(trial => trial.Outcome != "equivalent"),4} caught");
        }

        Console.WriteLine();
        foreach (var trial in trials.Where(trial => !trial.IsCaught).OrderBy(trial => trial.Outcome, StringComparer.Ordinal))
        {
            Console.WriteLine($"{trial.Outcome}: {trial.Mutation.File}:{trial.Mutation.Line}: {trial.Mutation.Text}: {trial.Mutation.What}{(trial.By.Length > 0 ? $" ({trial.By})" : "")}");
        }

        var (tried, caught) = (trials.Count(trial => trial.Outcome != "equivalent"), trials.Count(trial => trial.IsCaught));
        Console.WriteLine();
        Console.WriteLine($"{trials.Count} drawn, {trials.Count - tried} equivalent, {tried} tried, {caught} caught ({(tried == 0 ? 0 : 100.0 * caught / tried):0.0} %) "
            + $"of which {trials.Count(trial => trial.Outcome == "timed out")} timed out and {trials.Count(trial => trial.Outcome == "out of memory")} took all memory, "
            + $"{trials.Count(trial => trial.Outcome == "survived")} survived, {trials.Count(trial => trial.Outcome == "not reached")} not reached");
    }
}

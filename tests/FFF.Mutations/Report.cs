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
            var (at, reason) = (trial.Mutation, trial.By.Length > 0 ? $" ({trial.By})" : "");
            Console.WriteLine($"{trial.Outcome}: {at.Id} {at.File}:{at.Line}: {at.Text}: {at.What}{reason}");
        }

        var (tried, caught) = (trials.Count - Count("equivalent"), trials.Count(trial => trial.IsCaught));
        var share = tried == 0 ? 0 : 100.0 * caught / tried;
        Console.WriteLine();
        Console.WriteLine($"{trials.Count} drawn, {Count("equivalent")} equivalent, {tried} tried");
        Console.WriteLine($"{caught} caught ({share:0.0} %), of which {Count("timed out")} timed out and {Count("out of memory")} took all memory");
        Console.WriteLine($"{Count("survived")} survived, {Count("not reached")} not reached");

        int Count(string outcome) => trials.Count(trial => trial.Outcome == outcome);
    }
}

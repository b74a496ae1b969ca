using System.Globalization;
using System.Text;
using FFF.Configuration;
using FFF.Evaluations.C2st;

namespace FFF.Cli.Rendering;

/// <summary>The benchmark's results as tables in Markdown, for a README.</summary>
internal static class BenchmarkMarkdown
{
    private const string Unknown = "–";

    /// <summary>For each budget a table per method, and one that compares the methods where there are several; then what the columns mean.</summary>
    public static string Of(IReadOnlyList<BenchmarkScore> scores)
    {
        var text = new StringBuilder();
        foreach (var budget in scores.GroupBy(score => score.Point.Simulations))
        {
            var methods = budget.GroupBy(score => score.Point.Method)
                .OrderBy(method => MethodKeys.Names.Index().First(name => name.Item == method.Key).Index)
                .ToList();
            if (methods.Count > 1)
            {
                Compare(text, budget.Key, [.. methods.Select(method => method.Key)], [.. budget]);
            }

            foreach (var method in methods)
            {
                Method(text, budget.Key, method.Key, [.. method]);
            }
        }

        text.Append($"C2ST: mean ± standard deviation over the benchmark's {ObservationList.Count} observations; 0.5 is a perfect posterior. "
            + $"{BenchmarkScore.Reference}: the published mean, of neural spline flows. Bold: at or below it. NLL: of held-out simulations, exact.");
        if (scores.Any(score => score.Runs.Count > 1))
        {
            text.Append(" Where there are several seeds, each observation's C2ST is averaged over them first, and all else is their mean.");
        }

        return text.Append('\n').ToString();
    }

    private static void Method(StringBuilder text, int budget, string method, BenchmarkScore[] scores)
    {
        Heading(text, $"{method}, {Words.Count(budget)} simulations");
        Row(text, "task", "C2ST", BenchmarkScore.Reference, "difference", "NLL, nats", "training, min", "C2ST, min");
        Rule(text, 7);
        foreach (var score in scores)
        {
            Row(text, Task(score), C2st(score), Fixed(score.Published, 3), Signed(score.Mean - score.Published), Fixed(score.Nll, 2),
                Minutes(score.TrainingSeconds), Minutes(score.C2stSeconds));
        }

        BenchmarkScore[] compared = [.. scores.Where(score => score.Published is not null)];
        if (scores.Length > 1)
        {
            Row(text, $"mean of {scores.Length}", Fixed(scores.Average(score => score.Mean), 3),
                Fixed(compared.Length == scores.Length ? compared.Average(score => score.Published) : null, 3),
                Signed(compared.Length == scores.Length ? compared.Average(score => score.Mean - score.Published) : null),
                "", Minutes(scores.Average(score => score.TrainingSeconds)), Minutes(scores.Average(score => score.C2stSeconds)));
        }

        text.Append('\n');
        if (compared.Length > 0)
        {
            text.Append($"At or below {BenchmarkScore.Reference} on {compared.Count(IsAsGood)} of {compared.Length}.\n\n");
        }

        string[] spreads = [.. scores.Where(score => score.StdOfSeeds is not null).Select(score => $"{score.Point.Task} {Fixed(score.StdOfSeeds, 3)}")];
        if (spreads.Length > 0)
        {
            text.Append($"Standard deviation of the C2ST over seeds: {string.Join(", ", spreads)}.\n\n");
        }
    }

    private static void Compare(StringBuilder text, int budget, string[] methods, BenchmarkScore[] scores)
    {
        Heading(text, $"C2ST, {Words.Count(budget)} simulations");
        Row(text, ["task", BenchmarkScore.Reference, .. methods]);
        Rule(text, methods.Length + 2);
        var tasks = scores.GroupBy(score => score.Point.Task)
            .Select(task => methods.Select(method => task.FirstOrDefault(score => score.Point.Method == method)).ToArray())
            .ToList();
        foreach (var task in tasks)
        {
            var any = task.OfType<BenchmarkScore>().First();
            Row(text, [any.Point.Task, Fixed(any.Published, 3), .. task.Select(score => score is null ? Unknown : C2st(score))]);
        }

        // Means over different tasks could not be compared.
        var complete = tasks.Where(task => task.All(score => score?.Published is not null)).Select(task => task.OfType<BenchmarkScore>().ToArray()).ToList();
        if (complete.Count > 1)
        {
            Row(text, [
                complete.Count == tasks.Count ? $"mean of {complete.Count}" : $"mean of the {complete.Count} that all have",
                Fixed(complete.Average(task => task[0].Published), 3),
                .. methods.Index().Select(method => Fixed(complete.Average(task => task[method.Index].Mean), 3))]);
        }

        text.Append('\n');
    }

    /// <summary>The task, and what is unusual about its result.</summary>
    private static string Task(BenchmarkScore score)
    {
        string[] remarks =
        [
            .. score.Runs.Count > 1 ? [$"{score.Runs.Count} seeds"] : Array.Empty<string>(),
            .. score.Observations.Count < ObservationList.Count
                ? [score.Observations.Count == 1 ? "1 observation" : $"{score.Observations.Count} observations"]
                : Array.Empty<string>(),
        ];
        return remarks.Length == 0 ? score.Point.Task : $"{score.Point.Task} ({string.Join(", ", remarks)})";
    }

    private static string C2st(BenchmarkScore score)
    {
        var mean = Words.Fixed(score.Mean, 3);
        return $"{(IsAsGood(score) ? $"**{mean}**" : mean)} ± {Words.Fixed(score.Std, 3)}";
    }

    /// <summary>By the digits that are shown.</summary>
    private static bool IsAsGood(BenchmarkScore score) => Math.Round(score.Mean, 3) <= Math.Round(score.Published ?? 0, 3);

    private static void Heading(StringBuilder text, string heading) => text.Append($"**{heading}**\n\n");

    private static void Row(StringBuilder text, params IEnumerable<string> cells) => text.Append($"| {string.Join(" | ", cells)} |\n");

    private static void Rule(StringBuilder text, int columns) => text.Append($"|---|{string.Concat(Enumerable.Repeat("---:|", columns - 1))}\n");

    private static string Fixed(double? number, int digits) => number is { } known ? Words.Fixed(known, digits) : Unknown;

    private static string Signed(double? number) => number?.ToString("+0.000;-0.000;0.000", CultureInfo.InvariantCulture) ?? Unknown;

    private static string Minutes(double? seconds) => Fixed(seconds / 60, 1);
}

using System.Globalization;

namespace FFF.Datasets.Sbi;

/// <summary>One published result.</summary>
/// <param name="Task">The benchmark's name of the task.</param>
/// <param name="Algorithm">The method, such as NPE.</param>
/// <param name="Simulations">The budget.</param>
/// <param name="Observation">The observation's number, from 1.</param>
/// <param name="C2st">The accuracy of the classifier two-sample test: 0.5 is a perfect posterior.</param>
internal sealed record PublishedScore(string Task, string Algorithm, int Simulations, int Observation, double C2st);

/// <summary>The benchmark's published results: C2ST by task, algorithm, budget and observation.</summary>
/// <remarks>
/// The algorithms are NLE, NPE, NRE, REJ-ABC, SMC-ABC, SNLE, SNPE and SNRE, the budgets 10³, 10⁴ and 10⁵.
/// Source: Lueckmann et al., "Benchmarking Simulation-Based Inference", AISTATS 2021.
/// </remarks>
internal static class PublishedC2st
{
    private static readonly Lazy<IReadOnlyList<PublishedScore>> Scores = new(Read);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<PublishedScore> All => Scores.Value;

    /// <summary>The mean over the observations; null where nothing was published.</summary>
    public static double? Mean(string task, string algorithm, int simulations) =>
        All.Where(s => s.Task == task && s.Algorithm == algorithm && s.Simulations == simulations).Select(s => (double?)s.C2st).Average();

    private static List<PublishedScore> Read()
    {
        using var reader = new StreamReader(ReferenceData.Open("published_c2st.csv"));
        reader.ReadLine(); // the header
        var scores = new List<PublishedScore>();
        while (reader.ReadLine() is { Length: > 0 } line)
        {
            var fields = line.Split(',');
            scores.Add(new(
                fields[0],
                fields[1],
                int.Parse(fields[2], CultureInfo.InvariantCulture),
                int.Parse(fields[3], CultureInfo.InvariantCulture),
                double.Parse(fields[4], CultureInfo.InvariantCulture)));
        }

        return scores;
    }
}

using FFF.Configuration.Binding;

namespace FFF.Configuration;

/// <summary>What the types and bounds of single keys cannot say. Patterns and bounds stand as attributes at the properties.</summary>
internal static class ExperimentRules
{
    public static IReadOnlyList<Rule> All { get; } =
    [
        Rule.For<ToyData>(d => Shares(d.ValidationFraction, d.TestFraction), nameof(ToyData.ValidationFraction), nameof(ToyData.TestFraction)),
        Rule.For<TableData>(d => Shares(d.ValidationFraction, d.TestFraction), nameof(TableData.ValidationFraction), nameof(TableData.TestFraction)),
        Rule.For<WarmupConfig>(w => Ascending("from", w.From, "to", w.To), nameof(WarmupConfig.From), nameof(WarmupConfig.To)),
        Rule.For<NoiseConfig>(n => Ascending("low", n.Low, "high", n.High ?? n.Low), nameof(NoiseConfig.High), nameof(NoiseConfig.Low)),
        Rule.For<BetaRange>(b => Ascending("low", b.Low, "high", b.High), nameof(BetaRange.Low), nameof(BetaRange.High)),
        Rule.For<C2stEvaluation>(c => Observations(c.Observations), nameof(C2stEvaluation.Observations)),
        Rule.For<Experiment>(HasReference, nameof(Experiment.Evaluate), nameof(Experiment.Data)),
    ];

    private static string? Shares(double validation, double test) => validation + test < 1
        ? null
        : $"expected validation_fraction and test_fraction that leave samples to train on, found {Numbers.Text(validation)} + {Numbers.Text(test)}";

    private static string? Ascending(string lowKey, double low, string highKey, double high) => low <= high
        ? null
        : $"expected {lowKey} to be at most {highKey}, found {Numbers.Text(low)} and {Numbers.Text(high)}";

    private static string? Observations(string text)
    {
        try
        {
            ObservationList.Parse(text);
            return null;
        }
        catch (FormatException error)
        {
            return error.Message;
        }
    }

    private static string? HasReference(Experiment experiment) => experiment.Data is SbiData || !experiment.Evaluate.OfType<C2stEvaluation>().Any()
        ? null
        : "expected evaluations that the data has references for; c2st needs data of the kind sbi";
}

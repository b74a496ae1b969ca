using FFF.Configuration;
using FFF.Datasets.Table;
using FFF.Datasets.Toy;
using FFF.Flows;
using FFF.Networks;
using FFF.Sweeps;
using FFF.Tests.Configuration;
using Xunit;

namespace FFF.Tests.Sweeps;

/// <summary>From a sweep's description to its trials.</summary>
public sealed class SweepPlanTests : IDisposable
{
    private const string Base = "name: base\nseed: 5\ndata: {kind: toy, distribution: rings}\n";

    private readonly ConfigFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AGridVariesItsLastKeyFastest()
    {
        var plan = Plan("kind: grid, keys: {objective.beta: [1, 2], 'flow.network.widths': [[8], [16, 16], [32]]}");
        Assert.Equal(
            ["1|[8]", "1|[16, 16]", "1|[32]", "2|[8]", "2|[16, 16]", "2|[32]"],
            plan.Trials.Select(trial => string.Join('|', trial.Values.Values)));
        Assert.Equal([1, 1, 1, 2, 2, 2], plan.Trials.Select(trial => ((FixedSetting)trial.Experiment.FreeForm().Objective.Beta).Value));
        Assert.Equal([16, 16], ((ResidualOptions)plan.Trials[4].Experiment.FreeForm().Flow.Network).Widths);
        Assert.Equal("s-0004", plan.Trials[4].Experiment.Name);
    }

    [Fact]
    public void AListGivesEachTrialItsOwnKeys()
    {
        var plan = Plan("kind: list, trials: [{training.epochs: 3}, {seed: 7, data.distribution: pinwheel}, {}]");
        Assert.Equal([3, 200, 200], plan.Trials.Select(trial => trial.Experiment.Training.Epochs));
        Assert.Equal(7, plan.Trials[1].Experiment.Seed);
        Assert.Equal(ToyDistribution.Pinwheel, ((ToyData)plan.Trials[1].Experiment.Data).Distribution);
    }

    [Fact]
    public void MoreTrialsOrKeysLeaveWhatWasDrawn()
    {
        const string Keys = "objective.beta: {kind: log-uniform, low: 1, high: 1000}";
        var few = Plan($"kind: random, trials: 3, keys: {{{Keys}}}");
        var more = Plan($"kind: random, trials: 9, keys: {{training.epochs: {{kind: integer, low: 1, high: 9}}, {Keys}}}");
        Assert.Equal(few.Trials.Select(trial => trial.Values["objective.beta"]), more.Trials.Take(3).Select(trial => trial.Values["objective.beta"]));
        Assert.Equal(few.Trials.Select(trial => trial.Experiment.Seed), more.Trials.Take(3).Select(trial => trial.Experiment.Seed));
        Assert.Equal(9, more.Trials.Select(trial => trial.Values["objective.beta"]).Distinct().Count());
        Assert.NotEqual(few.Trials[0].Values, Plan($"kind: random, trials: 3, keys: {{{Keys}}}", "seed: 1").Trials[0].Values);
    }

    [Fact]
    public void SeedsAreEachTrialsOwnOrShared()
    {
        const string Search = "kind: list, trials: [{}, {}, {}]";
        Assert.Equal(3, Plan(Search).Trials.Select(trial => trial.Experiment.Seed).Distinct().Count());
        Assert.All(Plan(Search, "trial_seeds: shared").Trials, trial => Assert.Equal(5, trial.Experiment.Seed));
    }

    [Theory]
    [InlineData("val_nll", "", true)]
    [InlineData("nll", "evaluate: [nll], ", true)]
    [InlineData("nll.decoder", "evaluate: [nll], ", true)]
    [InlineData("c2st.mean", "evaluate: [nll], ", false)]
    [InlineData("nll", "", false)]
    [InlineData("val_nl", "evaluate: [nll], ", false)]
    public void AMetricThatNoTrialWillHaveIsToldBeforeTheFirst(string metric, string evaluate, bool isThere)
    {
        const string Search = "kind: grid, keys: {objective.beta: [1, 2]}";
        var more = $"metric: {metric}\nset: {{{evaluate}training.epochs: 3}}";
        if (isThere)
        {
            Assert.Equal(2, Plan(Search, more).Trials.Count);
            return;
        }

        var problem = Assert.Single(Assert.Throws<ConfigurationException>(() => Plan(Search, more)).Problems);
        Assert.Equal("metric", problem.Key);
        Assert.Contains("2 of 2 trials", problem.Message, StringComparison.Ordinal);
    }

    /// <summary>The distribution function of what is drawn is that of the space: Kolmogorov-Smirnov at 1 in 10,000, 2.2/√n.</summary>
    [Theory]
    [InlineData("{kind: uniform, low: -2, high: 6}", false, -2, 6)]
    [InlineData("{kind: log-uniform, low: 1.0e-3, high: 10}", true, -3, 1)]
    public void WhatIsDrawnHasTheSpacesDistribution(string space, bool logarithmic, double low, double high)
    {
        const int Count = 4000;
        var sweep = Load($"kind: random, trials: {Count}, keys: {{objective.beta: {space}}}");
        double[] drawn =
        [
            .. SearchSpace.Settings(sweep.Search, sweep.Seed).Select(s => double.Parse(s[0].Value.Text)).Select(v => logarithmic ? Math.Log10(v) : v).Order(),
        ];
        var distance = drawn.Select((v, i) => Math.Abs(((v - low) / (high - low)) - ((i + 0.5) / Count))).Max();
        Assert.InRange(distance, 0, 2.2 / Math.Sqrt(Count));
    }

    [Theory]
    [InlineData("{kind: integer, low: -1, high: 2}", "-1,0,1,2")]
    [InlineData("{kind: choice, values: [a, [1, 2], {kind: x}]}", "[1, 2],a,{kind: x}")]
    public void EachValueIsAsLikely(string space, string values)
    {
        const int Count = 4000;
        var sweep = Load($"kind: random, trials: {Count}, keys: {{objective.beta: {space}}}");
        var drawn = SearchSpace.Settings(sweep.Search, sweep.Seed).GroupBy(s => s[0].Value.Text).ToDictionary(group => group.Key, group => group.Count());
        Assert.Equal(values, string.Join(",", drawn.Keys.Order(StringComparer.Ordinal)));

        // Five standard deviations of a binomial count.
        var share = 1.0 / drawn.Count;
        Assert.All(drawn.Values, count => Assert.InRange(count, (Count * share) - (5 * Math.Sqrt(Count * share * (1 - share))),
            (Count * share) + (5 * Math.Sqrt(Count * share * (1 - share)))));
    }

    [Fact]
    public void AllProblemsOfAllTrialsAreToldAtOnceWithTheirPlaces()
    {
        var error = Assert.Throws<ConfigurationException>(() => Plan("kind: grid, keys: {objective.bta: [1], training.epochs: [3, 0, none]}"));
        Assert.Equal(3, error.Problems.Count);
        Assert.All(error.Problems, problem => Assert.EndsWith("sweep.yaml", problem.Source, StringComparison.Ordinal));
        Assert.Contains("did you mean 'beta'?", error.Message, StringComparison.Ordinal);
        Assert.Contains("found '0' (trial 1: objective.bta=1, training.epochs=0)", error.Message, StringComparison.Ordinal);
        Assert.Contains("found 'none' (trial 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AGridThatExplodesIsRefused()
    {
        var keys = string.Join(", ", Enumerable.Range(0, 6).Select(key => $"k{key}: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]"));
        Assert.Contains("found 1000000", Assert.Throws<ConfigurationException>(() => Plan($"kind: grid, keys: {{{keys}}}")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsWrittenReadsBackAsTheSameSweep()
    {
        var sweep = Load("kind: random, trials: 2, keys: {objective.beta: {kind: choice, values: [1, null, {kind: range, low: 1, high: 2}]}}",
            "set: {training.epochs: 3}");
        var text = SweepFile.Write(sweep);
        Assert.Equal(text, SweepFile.Write(SweepFile.Load([_folder.Write("again.yaml", text)], [])));
        Assert.Contains("training.epochs: 3", text, StringComparison.Ordinal);
    }

    [Fact]
    public void PathsInASweepAreRelativeToItsFile()
    {
        var plan = Plan("kind: grid, keys: {data: [{kind: table, path: numbers.csv}]}");
        Assert.Equal(_folder.Path("numbers.csv"), ((TableData)plan.Trials[0].Experiment.Data).Path);
    }

    private SweepPlan Plan(string search, string more = "") => SweepPlan.Create(Load(search, more));

    private SweepConfig Load(string search, string more = "")
    {
        _folder.Write("base.yaml", Base);
        return SweepFile.Load([_folder.Write("sweep.yaml", $"name: s\nconfigs: [base.yaml]\n{more}\nsearch: {{{search}}}\n")], []);
    }
}

using System.Globalization;
using FFF.Configuration;
using FFF.Configuration.Yaml;
using FFF.Randomness;
using FFF.Sweeps;
using Xunit;

namespace FFF.Tests.Sweeps;

/// <summary>A search by results, on functions whose best place is known.</summary>
public sealed class TreeParzenSearchTests(ITestOutputHelper output)
{
    private const int Trials = 40;
    private const int Searches = 30;

    private static readonly Location Nowhere = new(new YamlSource("test", ".", IsFile: false), 1, 1);

    private static readonly TpeSearch Search = new()
    {
        Trials = Trials,
        Keys =
        [
            new("flow.dropout", new UniformSpace { Low = -5, High = 10 }),
            new("objective.beta", new LogUniformSpace { Low = 1e-3, High = 1e3 }),
            new("training.epochs", new IntegerSpace { Low = 0, High = 20 }),
            new("method", new ChoiceSpace { Values = [.. "abcd".Select(letter => new ConfigValue(new YamlScalar($"{letter}", Plain: true, Nowhere)))] }),
        ],
    };

    /// <summary>Over seeds, the best of as many trials is in the mean much better than that of a random search, and seldom worse.</summary>
    [Fact]
    public void ItBeatsARandomSearch()
    {
        var chosen = Enumerable.Range(0, Searches).Select(seed => Best(Search, seed)).ToList();
        var random = Enumerable.Range(0, Searches).Select(seed => Best(Search with { Startup = Trials }, seed)).ToList();
        output.WriteLine($"mean of the best: tpe {chosen.Average():G4}, random {random.Average():G4}");
        Assert.True(chosen.Average() < 0.5 * random.Average(), $"tpe {chosen.Average()}, random {random.Average()}");
        Assert.True(chosen.Zip(random).Count(pair => pair.First < pair.Second) >= 0.75 * Searches);
    }

    [Fact]
    public void ItsFirstTrialsAreThoseOfARandomSearchAndTheNextFollowFromTheRecords()
    {
        var plain = SearchSpace.Settings(new RandomSearch { Trials = 10, Keys = Search.Keys }, 3, []).Select(Texts);
        Assert.Equal(plain, SearchSpace.Settings(Search, 3, []).Select(Texts));
        var seen = Run(Search, 3).Take(25).Select(trial => new SeenTrial(trial.Values, true)).ToList();
        Assert.Equal(Texts(TreeParzenSearch.Next(Search, 3, 25, seen)), Texts(TreeParzenSearch.Next(Search, 3, 25, seen)));
        Assert.NotEqual(Texts(TreeParzenSearch.Next(Search, 3, 25, seen)), Texts(TreeParzenSearch.Next(Search, 4, 25, seen)));
    }

    /// <summary>What was written down is read again as it was, whatever would be chosen now.</summary>
    [Fact]
    public void TrialsThatWereBegunStayWhatTheyWere()
    {
        IReadOnlyList<IReadOnlyDictionary<string, string>> begun = [.. Run(Search, 5).Take(14).Select(trial => trial.Values)];
        Assert.Equal(begun.Select(values => string.Join('|', values.Values)), SearchSpace.Settings(Search, 5, begun).Select(Texts));
        Assert.Equal(10, SearchSpace.Settings(Search, 5, []).Count());
    }

    [Fact]
    public void TheEstimatorIsADensityAndDrawsFollowIt()
    {
        var estimator = new ParzenEstimator(-1, 3, [0.2, 0.25, 2.5]);
        const int Cells = 4000;
        var masses = Enumerable.Range(0, Cells).Select(i => Math.Exp(estimator.LogDensity(-1 + ((i + 0.5) * 4 / Cells))) * 4 / Cells).ToList();
        Assert.Equal(1, masses.Sum(), 1e-4);
        double Uniform(int i, int draw) => (NamedSeed.Derive(0, "test", i, draw) >> 10) * double.ScaleB(1, -53);
        var draws = Enumerable.Range(0, 4000).Select(i => estimator.Draw(Uniform(i, 0), Uniform(i, 1))).ToList();
        Assert.All(draws, draw => Assert.InRange(draw, -1, 3));
        foreach (var bound in new[] { -0.5, 0.22, 1.0, 2.4 })
        {
            var expected = masses.Take((int)((bound + 1) / 4 * Cells)).Sum();
            Assert.Equal(expected, draws.Count(draw => draw < bound) / 4000.0, 0.03);
        }
    }

    private static double Best(TpeSearch search, int seed) => Run(search, seed).Min(trial => trial.Loss);

    private static List<(IReadOnlyDictionary<string, string> Values, double Loss)> Run(TpeSearch search, int seed)
    {
        var trials = new List<(IReadOnlyDictionary<string, string> Values, double Loss)>();
        for (var trial = 0; trial < search.Trials; trial++)
        {
            SeenTrial[] seen = [.. trials.OrderBy(one => one.Loss).Select(one => new SeenTrial(one.Values, true))];
            var values = TreeParzenSearch.Next(search, seed, trial, seen).ToDictionary(value => value.Key, value => value.Value.Text);
            trials.Add((values, Loss(values)));
        }

        return trials;
    }

    private static double Loss(IReadOnlyDictionary<string, string> values)
    {
        double Number(string key) => double.Parse(values[key], CultureInfo.InvariantCulture);
        return Math.Pow((Number("flow.dropout") - 3) / 15, 2) + Math.Pow((Math.Log10(Number("objective.beta")) - 1) / 6, 2)
            + Math.Pow((Number("training.epochs") - 7) / 20, 2) + (values["method"] == "c" ? 0 : 0.1);
    }

    private static string Texts(IReadOnlyList<KeyedValue<ConfigValue>> settings) => string.Join('|', settings.Select(setting => setting.Value.Text));
}

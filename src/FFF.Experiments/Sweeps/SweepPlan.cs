using System.Globalization;
using FFF.Configuration;
using FFF.Configuration.Binding;
using FFF.Configuration.Yaml;
using FFF.Experiments;
using FFF.Options;
using FFF.Randomness;
using FFF.Runs;

namespace FFF.Sweeps;

/// <summary>All trials of a sweep, each of them a valid experiment.</summary>
/// <param name="Sweep">The sweep.</param>
/// <param name="Trials">The trials by number.</param>
internal sealed record SweepPlan(SweepConfig Sweep, IReadOnlyList<Trial> Trials)
{
    private const string NameKey = "name";
    private const string SeedKey = "seed";

    /// <summary>The name of a trial's runs: <c>NAME-0003</c>, so that a trial is an ordinary run, which every command finds.</summary>
    public static string RunName(string sweep, int number) => string.Create(CultureInfo.InvariantCulture, $"{sweep}-{number:D4}");

    /// <summary>Makes the trials.</summary>
    /// <param name="sweep">The sweep.</param>
    /// <param name="surroundings">How the experiment's files are read.</param>
    /// <param name="begun">What the trials set that a search by results has chosen already; none if left out.</param>
    /// <exception cref="ConfigurationException">A trial is no valid experiment; lists all problems of all trials.</exception>
    public static SweepPlan Create(
        SweepConfig sweep, ConfigSurroundings? surroundings = null, IReadOnlyList<IReadOnlyDictionary<string, string>>? begun = null)
    {
        RunFolder.Validate(sweep.Name);
        RunFolder.Validate(RunName(sweep.Name, 0));
        var problems = new List<Problem>();
        var layers = ConfigurationFile.Layers<Experiment>(sweep.Configs, [], problems, surroundings, out var isComplete);
        Add(problems, SearchSpace.Count(sweep.Search) > SearchSpace.MaxTrials
            ? new Problem("search", null, null, "", $"expected at most {SearchSpace.MaxTrials} trials, found {SearchSpace.Count(sweep.Search):0}")
            : null);
        if (!isComplete || layers.Count == 0 || problems.Count > 0)
        {
            throw new ConfigurationException(ConfigurationFile.InOrder(problems));
        }

        // What all trials share is merged once.
        var merge = new LayerMerge(problems);
        var shape = (RecordShape)ShapeReader.Read(typeof(Experiment));
        layers.AddRange(sweep.Set.Select(setting => Override.Layer(setting, shape, problems)).OfType<YamlNode>());
        var shared = layers.Aggregate((below, above) => merge.Merge(below, above, shape));
        var found = problems.ToDictionary(problem => problem, _ => new List<int>());
        var trials = new List<Trial>();
        foreach (var settings in SearchSpace.Settings(sweep.Search, sweep.Seed, begun))
        {
            var (number, own) = (trials.Count, new List<Problem>());
            var experiment = Bind(sweep, shared, shape, settings, number, own);
            foreach (var problem in own.Distinct())
            {
                (found.TryGetValue(problem, out var numbers) ? numbers : found[problem] = []).Add(number);
            }

            trials.Add(new Trial(number, new OrderedDictionary<string, string>(settings.Select(s => KeyValuePair.Create(s.Key, s.Value.Text))), experiment!));
        }

        if (found.Count == 0 && (MetricProblem(sweep, trials) ?? HalvingProblem(sweep, trials)) is { } missing)
        {
            throw new ConfigurationException([missing]);
        }

        return found.Count == 0 ? new(sweep, trials)
            : throw new ConfigurationException(ConfigurationFile.InOrder([.. found.Select(f => Located(f.Key, f.Value, trials))]));
    }

    /// <summary>Told before the first trial and not after the last: no trial will have what the sweep judges by.</summary>
    private static Problem? MetricProblem(SweepConfig sweep, List<Trial> trials)
    {
        if (sweep is { Metric: null, Search: TpeSearch })
        {
            return new Problem("sweep", null, null, "metric", "expected what trials are judged by, such as nll: the search tpe chooses by it");
        }

        if (sweep.Metric is not { } metric || RunRecorder.Columns.Contains(metric))
        {
            return null;
        }

        var evaluation = metric.Split('.')[0];
        var without = trials.Count(trial => !trial.Experiment.Evaluate.Any(config => Kinds.NameOf(config) == evaluation));
        return without == 0 ? null : new Problem(
            "sweep", null, null, "metric",
            $"{without} of {trials.Count} trials will not have '{metric}': expected a result of an evaluation that the experiment names under evaluate, "
            + $"or one of {string.Join(", ", RunRecorder.Columns)}");
    }

    /// <summary>Told before the first trial: none would ever be dropped.</summary>
    private static Problem? HalvingProblem(SweepConfig sweep, List<Trial> trials)
    {
        if (sweep.Halving is not { } halving)
        {
            return null;
        }

        var most = trials.Max(trial => trial.Experiment.Training.Epochs);
        return trials.Any(trial => trial.Experiment.Data.ValidationFraction == 0)
                ? new Problem("sweep", null, null, "halving",
                    "trials are dropped by validation, but no data are held out for it: set data.validation_fraction above 0")
            : halving.Epochs >= most
                ? new Problem("sweep", null, null, "halving.epochs", $"expected fewer epochs than the {most} of the trials, found {halving.Epochs}")
            : trials.Select(trial => trial.Experiment.Training.ValidateEvery).FirstOrDefault(every => halving.Epochs % every != 0) is > 0 and var unseen
                ? new Problem("sweep", null, null, "halving.epochs",
                    $"expected a multiple of training.validate_every, {unseen}, since trials are compared by their validation, found {halving.Epochs}")
            : null;
    }

    private static Experiment? Bind(SweepConfig sweep, YamlNode shared, RecordShape shape, IReadOnlyList<KeyedValue<ConfigValue>> settings, int number,
        List<Problem> problems)
    {
        foreach (var twice in settings.GroupBy(setting => MovedKeys.Path(setting.Key, shape)).Where(group => group.Count() > 1))
        {
            Add(problems, twice.Last().At?.Problem(twice.Last().Key, "the key is varied twice"));
        }

        foreach (var name in settings.Concat(sweep.Set).Where(setting => setting.Key == NameKey))
        {
            Add(problems, (name.At ?? name.Value.Node.At).Problem(NameKey, "expected another key: a sweep names its runs itself"));
        }

        var own = settings.Select(setting => Override.Layer(setting, shape, problems)).OfType<YamlNode>()
            .Append(Scalar(NameKey, RunName(sweep.Name, number)));
        if (sweep.TrialSeeds == TrialSeeds.Own && settings.All(setting => setting.Key != SeedKey))
        {
            own = own.Append(Scalar(SeedKey, TrialSeed(sweep.Seed, number).ToString(CultureInfo.InvariantCulture)));
        }

        return ConfigurationFile.Bind<Experiment>([shared, .. own], problems, null);
    }

    /// <summary>A trial's own seed: 31 bits, which are easy to type.</summary>
    internal static long TrialSeed(long seed, int number) => NamedSeed.Derive(seed, "trial", number) & int.MaxValue;

    private static YamlMap Scalar(string key, string text)
    {
        var at = new Location(new YamlSource("sweep", ".", IsFile: false), 1, 1);
        return new([new YamlEntry(key, at, new YamlScalar(text, Plain: true, at))], at);
    }

    /// <summary>Says in which trials a problem came up, if not in all, and what the first of them sets.</summary>
    private static Problem Located(Problem problem, List<int> numbers, List<Trial> trials)
    {
        if (numbers.Count == 0 || numbers.Count == trials.Count)
        {
            return problem;
        }

        var others = numbers.Count > 1 ? $" and {numbers.Count - 1} more" : "";
        var values = string.Join(", ", trials[numbers[0]].Values.Select(value => $"{value.Key}={value.Value}"));
        return problem with { Message = $"{problem.Message} (trial {numbers[0]}{others}: {values})" };
    }

    private static void Add(List<Problem> problems, Problem? problem)
    {
        if (problem is not null)
        {
            problems.Add(problem);
        }
    }
}

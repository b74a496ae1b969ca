using System.Globalization;
using FFF.Configuration;
using FFF.Configuration.Binding;
using FFF.Configuration.Yaml;
using FFF.Flows;
using FFF.Options;
using FFF.Runs;

namespace FFF.Sweeps;

/// <summary>
/// The same data learnt by several methods, as a sweep over <c>method</c>: the free-form flow as the experiment has it, each other one by the settings that
/// come with the program, which say all of training that matters to it. All have the same seed, and so the same split of the data.
/// </summary>
internal static class MethodComparison
{
    private const string NameEnding = "-methods";
    private const string MethodKey = "method";
    private const string TrainingKey = "training";

    /// <summary>Differences in NLL below which methods count as equal, in nats: the aim of first settings.</summary>
    private const double Equal = 0.1;

    /// <summary>So many times as fast is worth a word.</summary>
    private const double Faster = 2;

    /// <summary>The methods, and the configuration that is laid over an experiment for each; none for the experiment's own.</summary>
    private static readonly (string Name, string? Layer)[] Known =
        [("fff", null), ("spline-flow", "sbi/methods/spline_flow"), ("flow-matching", "sbi/methods/flow_matching")];

    /// <summary>The names of the methods.</summary>
    public static IReadOnlyList<string> Methods => [.. Known.Select(method => method.Name)];

    /// <summary>The sweep.</summary>
    /// <param name="files">The experiment's files, as <see cref="ExperimentFile.Load"/> takes them.</param>
    /// <param name="overrides">Settings for all methods that have them, laid over those of each.</param>
    /// <param name="methods">Which of <see cref="Methods"/>.</param>
    /// <param name="surroundings">How the files are read.</param>
    /// <exception cref="ConfigurationException">They describe no valid experiment, or one of another method than fff.</exception>
    public static SweepConfig Sweep(
        IReadOnlyList<string> files, IReadOnlyList<string> overrides, IReadOnlyList<string> methods, ConfigSurroundings surroundings)
    {
        var experiment = ExperimentFile.Load(files, overrides, surroundings);
        if (experiment.Method is not FreeFormMethod)
        {
            throw new ConfigurationException([new Problem(Problem.Configuration, null, null, MethodKey,
                $"expected an experiment of the method fff, over which the others are laid, found {Kinds.NameOf(experiment.Method)}")]);
        }

        var problems = new List<Problem>();
        var shape = (RecordShape)ShapeReader.Read(typeof(Experiment));
        IReadOnlyList<KeyedValue<ConfigValue>> own = [.. overrides.Where(text => !IsName(text)).Select(text => Setting(text, shape, problems))
            .OfType<KeyedValue<ConfigValue>>()];
        var trials = Known.Where(method => methods.Contains(method.Name))
            .Select(method => (IReadOnlyList<KeyedValue<ConfigValue>>)[.. Layer(method.Name, method.Layer, problems), .. own]).ToList();
        return problems.Count > 0
            ? throw new ConfigurationException(ConfigurationFile.InOrder(problems))
            : new()
            {
                Name = experiment.Name + NameEnding,
                Configs = [.. files.Select(file => ConfigNames.Locate(file, Directory.GetCurrentDirectory()).File ?? file)],
                Search = new ListSearch { Trials = trials },
                TrialSeeds = TrialSeeds.Shared,
            };
    }

    /// <summary>What each trial came to.</summary>
    /// <param name="plan">The comparison, with the method of each trial.</param>
    /// <param name="states">How its trials stand.</param>
    /// <param name="rate">Samples per second of a finished run; null where none can be drawn.</param>
    public static IReadOnlyList<ComparedMethod> Of(SweepPlan plan, IReadOnlyList<TrialState> states, Func<RunFolder, double?> rate)
    {
        var methods = plan.Trials.ToDictionary(trial => trial.Number, trial => Kinds.NameOf(trial.Experiment.Method));
        return [.. states.Select(state => ComparedMethod.Of(methods[state.Trial.Number], state, rate))];
    }

    /// <summary>
    /// What to take: the lowest NLL on validation rows decides, then what samples faster. Where another than what is taken was still learning, the comparison
    /// is one of unfinished trainings, which is told.
    /// </summary>
    public static string Advice(IReadOnlyList<ComparedMethod> methods)
    {
        var judged = methods.Where(method => method is { Validation: not null, Status: TrialStatus.Finished }).OrderBy(method => method.IsDoubtful)
            .ThenBy(method => method.Validation).ToList();
        if (judged.Count < 2)
        {
            return "Fewer than two methods have finished with a validation, so that there is nothing to compare.";
        }

        var best = judged[0];
        if (best.IsDoubtful)
        {
            return "Something speaks against the likelihoods of all methods: look at their reconstruction first.";
        }

        var (taken, why) = Taken(judged);
        var learning = judged.Where(method => method.IsStillLearning).ToList();
        if (learning.All(method => method == taken))
        {
            return $"Take {taken.Method}: {why}.";
        }

        var who = learning.Count == judged.Count ? "All methods were" : string.Join(" and ", learning.Select(method => method.Method))
            + (learning.Count == 1 ? " was" : " were");
        return $"{who} still learning, at {(learning.Count == 1 ? "its" : "their")} best in the last validation: this compares trainings that are unfinished, "
            + $"and more epochs may change what is best. Compare again with more, such as training.epochs={2 * learning.Max(method => method.Epochs)} "
            + $"name=longer, before you choose. So far {taken.Method} is ahead: {why}.";
    }

    /// <summary>The method to take, and why.</summary>
    /// <param name="judged">At least two, the best first.</param>
    private static (ComparedMethod Method, string Why) Taken(IReadOnlyList<ComparedMethod> judged)
    {
        var (best, next) = (judged[0], judged[1]);
        var equal = judged.Where(method => !method.IsDoubtful && method.Validation - best.Validation <= Equal).ToList();
        var fastest = equal.MaxBy(method => method.SamplesPerSecond ?? 0)!;
        return equal.Count > 1 && fastest != best && fastest.SamplesPerSecond / best.SamplesPerSecond is > Faster and var times
            ? (fastest, string.Create(CultureInfo.InvariantCulture, $"within {fastest.Validation - best.Validation:F2} nats of {best.Method}, "
                + $"the best, and it draws samples {times:F0} times as fast"))
            : (best, string.Create(CultureInfo.InvariantCulture, $"its validation NLL is {next.Validation - best.Validation:F2} nats below that of "
                + $"{next.Method}"));
    }

    private static bool IsName(string text) => text.StartsWith("name=", StringComparison.Ordinal);

    /// <summary>What a method sets in place of the experiment's own.</summary>
    private static IEnumerable<KeyedValue<ConfigValue>> Layer(string method, string? file, List<Problem> problems)
    {
        if (file is null)
        {
            return [new(MethodKey, new(new YamlScalar(method, Plain: true, Nowhere)))];
        }

        var layers = ConfigurationFile.Layers<Experiment>([file], [], problems, null, out _);
        return layers.OfType<YamlMap>().SelectMany(layer => layer.Entries).Where(entry => entry.Key is MethodKey or TrainingKey)
            .Select(entry => new KeyedValue<ConfigValue>(entry.Key, new(entry.Value)));
    }

    /// <summary>A setting of the command line as one of a trial.</summary>
    private static KeyedValue<ConfigValue>? Setting(string text, RecordShape shape, List<Problem> problems)
    {
        var path = MovedKeys.Path(text[..text.IndexOf('=', StringComparison.Ordinal)].Trim(), shape);
        var node = Override.Parse(text, shape, problems);
        foreach (var key in path.Split('.'))
        {
            node = node switch
            {
                YamlMap map => map.Find(key)?.Value,
                YamlElements elements => elements.Items.GetValueOrDefault(int.Parse(key, CultureInfo.InvariantCulture)),
                _ => null,
            };
        }

        return node is null ? null : new(path, new(node));
    }

    private static Location Nowhere => new(new YamlSource("methods", ".", IsFile: false), 1, 1);
}

/// <summary>What a method came to on the data.</summary>
/// <param name="Method">Its name.</param>
/// <param name="Run">Its run; null where there is none yet.</param>
/// <param name="Status">How its trial stands.</param>
/// <param name="Validation">
/// The NLL on validation rows of the best checkpoint, in nats: the larger one of encoder and decoder, and what else it is judged by
/// (<see cref="RunDoubts.Judged"/>). Null where nothing was validated.
/// </param>
/// <param name="BestEpoch">The epoch of that checkpoint.</param>
/// <param name="Epochs">The epochs that were trained.</param>
/// <param name="Test">The same NLL on the test rows; null where the evaluation nll was not asked for.</param>
/// <param name="Seconds">The time of the training, validations included.</param>
/// <param name="SamplesPerSecond">How fast it draws; null where it cannot.</param>
/// <param name="C2st">The mean C2ST of a task of the benchmark; null for other data.</param>
/// <param name="IsDoubtful">Whether something speaks against the NLL.</param>
internal sealed record ComparedMethod(
    string Method, string? Run, TrialStatus Status, double? Validation, long? BestEpoch, long? Epochs, double? Test, double? Seconds, double? SamplesPerSecond,
    double? C2st, bool IsDoubtful)
{
    private const string Epoch = "epoch";
    private const string Objective = "val_objective";
    private const string Nll = "nll";
    private const string MeanC2st = "c2st.mean";

    /// <summary>Whether the last validation was the best one.</summary>
    public bool IsStillLearning => BestEpoch is not null && BestEpoch == Epochs;

    /// <summary>What a trial came to.</summary>
    internal static ComparedMethod Of(string method, TrialState state, Func<RunFolder, double?> rate)
    {
        if (state.Run is not { Manifest: { } manifest } run)
        {
            return new(method, null, state.Status, null, null, null, null, null, null, null, IsDoubtful: false);
        }

        var (validation, epoch) = Best(run.Folder);
        return new(method, $"{run.Folder.Name}/{run.Folder.Version}", state.Status, validation, epoch, manifest.Epoch,
            RunDoubts.Judged(manifest.Results, Nll, maximize: false), RunMetrics.TrainingSeconds(run.Folder),
            state.Status == TrialStatus.Finished ? rate(run.Folder) : null, manifest.Results.TryGetValue(MeanC2st, out var c2st) ? c2st : null,
            RunDoubts.Of(manifest, Nll).Count + RunDoubts.Of(manifest.Doubts, RunDoubts.JudgedValidation).Count > 0);
    }

    /// <summary>The validation of the best checkpoint.</summary>
    private static (double? Nll, long? Epoch) Best(RunFolder folder)
    {
        if (!File.Exists(folder.MetricsFile) || MetricsReader.Read(folder.MetricsFile).Columns is var columns && !columns.ContainsKey(Objective))
        {
            return (null, null);
        }

        var best = columns[Objective].Index().Where(row => !double.IsNaN(row.Item)).Select(row => (row.Index, row.Item)).DefaultIfEmpty((-1, double.NaN))
            .MinBy(row => row.Item2).Item1;
        if (best < 0)
        {
            return (null, null);
        }

        var values = columns.Where(column => !double.IsNaN(column.Value[best])).ToDictionary(column => column.Key, column => column.Value[best]);
        return (RunDoubts.Judged(values, "val_nll", maximize: false), (long)columns[Epoch][best]);
    }
}

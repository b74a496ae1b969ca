using FFF.Configuration;
using FFF.Configuration.Yaml;
using FFF.Flows;
using FFF.Flows.Splines;
using FFF.Latents;
using FFF.Sweeps;
using Xunit;

namespace FFF.Tests.Configuration;

/// <summary>Keys in the places where earlier versions had them: flow and objective at the top of an experiment.</summary>
public sealed class MovedKeysTests : IDisposable
{
    private static readonly string[] Moved = ["flow", "objective"];

    private readonly ConfigFolder _folder = new();
    private readonly List<string> _told = [];

    private ConfigSurroundings Surroundings => new() { Tell = _told.Add };

    public static TheoryData<string> Shipped =>
        [.. ConfigNames.Shipped.Where(name => !name.Contains("methods/", StringComparison.Ordinal) && !name.Contains("budgets/", StringComparison.Ordinal))];

    public void Dispose() => _folder.Dispose();

    /// <summary>As earlier versions had these files, word by word but for the line that names the schema; what is better since is set back.</summary>
    [Theory]
    [InlineData("sbi/two_moons", 2)]
    [InlineData("particles/dw4", 2)]
    [InlineData("particles/dw4_small", 3, "training.optimizer={kind: adam, learning_rate: 0.003, beta2: 0.999}", "training.ema=null",
        "method.objective.beta=10")]
    [InlineData("molecules/qm9", 2)]
    [InlineData("molecules/qm7_small", 4, "training.optimizer={kind: adam, learning_rate: 0.004, beta2: 0.95}", "training.epochs=24",
        "training.batch_size=8", "data.order=any",
        "method.flow.network={kind: stack, networks: [{kind: feature-coupling, network: {blocks: 2, width: 32, normalization_factor: 3}}, "
            + "{kind: egnn, blocks: 4, width: 32, normalization_factor: 3}]}")]
    public void FilesOfEarlierVersionsMeanTheSame(string name, int notes, params string[] since)
    {
        var former = Path.Combine(AppContext.BaseDirectory, "Configuration", "Former", name + ".yaml");
        Assert.Equal(ExperimentFile.Write(ExperimentFile.Load([name], since)), ExperimentFile.Write(ExperimentFile.Load([former], [], Surroundings)));
        Assert.Equal(notes, _told.Count);
    }

    [Theory]
    [MemberData(nameof(Shipped))]
    public void EveryShippedConfigurationMeansTheSameInTheFormerLayout(string name)
    {
        var resolved = ExperimentFile.Write(ExperimentFile.Load([name], []));
        var former = _folder.Write("former.yaml", Former(resolved));
        Assert.Contains("\nobjective:", File.ReadAllText(former), StringComparison.Ordinal);
        Assert.Equal(resolved, ExperimentFile.Write(ExperimentFile.Load([former], [], Surroundings)));
        Assert.Equal(
            [$"{former}:{Line(former, "flow:")}:1: flow: stands under method now: write method.flow. It is read as if it did.",
                $"{former}:{Line(former, "objective:")}:1: objective: stands under method now: write method.objective. It is read as if it did."],
            _told);
        Assert.Equal(ResolvedConfig.Read(_folder.Write("now.yaml", resolved)), ResolvedConfig.Read(former));
    }

    /// <summary>Runs of earlier versions keep every key, also those that their method or their data never used.</summary>
    [Fact]
    public void KeysThatNothingUsedArePassedOver()
    {
        const string Spline = "method: {kind: spline-flow, bins: 7}\n";
        const string Rest = "flow: {latent: normal, dequantizer: {blocks: 4}}\nobjective: {beta: 25}\n";
        Assert.Equal(7, Assert.IsType<SplineFlowMethod>(_folder.Load(ConfigFolder.Minimal + Spline + Rest).Method).Bins);
        Assert.DoesNotContain(ResolvedConfig.Read(_folder.Path("c.yaml")).Keys, key => key.Contains("flow", StringComparison.Ordinal));

        var toy = _folder.Load(ConfigFolder.Minimal + Rest).FreeForm();
        Assert.Null(toy.Flow.Dequantizer);
        Assert.DoesNotContain(ResolvedConfig.Read(_folder.Path("c.yaml")).Keys, key => key.Contains("dequantizer", StringComparison.Ordinal));

        var molecules = _folder.Load("name: m\ndata: {kind: molecules, source: qm7}\nflow: {latent: {kind: mean-free-normal}}\n").FreeForm();
        Assert.Null(molecules.Flow.Latent);
        Assert.NotNull(molecules.Flow.Dequantizer);
    }

    [Fact]
    public void FormerAndNewLayersAreLaidOverEachOther()
    {
        var former = _folder.Write("former.yaml", ConfigFolder.Minimal + "objective: {beta: {kind: schedule, from: 1, to: 9}}\nmethod: fff\n");
        var now = _folder.Write("now.yaml", "method: {objective: {beta: {to: 5}}}\n");
        var later = _folder.Write("later.yaml", "objective: {beta: {from: 2}}\n");
        var experiment = ExperimentFile.Load([former, now, later], ["objective.beta.until=0.5", "method.objective.beta.shape=linear"]);
        Assert.Equal(new ScheduledSetting { From = 2, To = 5, Until = 0.5, Shape = Interpolation.Linear }, experiment.FreeForm().Objective.Beta);
    }

    [Theory]
    [InlineData("method=fff", "method=fff")]
    [InlineData("method=spline-flow", "method=fff")]
    [InlineData("method={kind: spline-flow, bins: 4}", "method.kind=fff")]
    public void AMethodsNameAloneKeepsWhatLayersBelowSayOfIt(string first, string second) =>
        Assert.Equal(
            ExperimentFile.Write(ExperimentFile.Load(["sbi/two_moons"], [])),
            ExperimentFile.Write(ExperimentFile.Load(["sbi/two_moons"], [first, second])));

    [Fact]
    public void ShortPathsOnTheCommandLineAreToldNothingOf()
    {
        var experiment = ExperimentFile.Load([_folder.Write("c.yaml", ConfigFolder.Minimal)], ["objective.beta=7", "flow.latent=student-t"], Surroundings)
            .FreeForm();
        Assert.Equal((new FixedSetting { Value = 7 }, new StudentTLatent()), (experiment.Objective.Beta, experiment.Flow.Latent));
        Assert.Empty(_told);
    }

    [Theory]
    [InlineData("objective: {beta: x}", null, 5, "objective.beta", "found 'x'")]
    [InlineData("method: {objective: {beta: x}}", null, 5, "method.objective.beta", "found 'x'")]
    [InlineData("flow: {network: {blcks: 3}}", null, 5, "flow.network.blcks", "did you mean 'blocks'")]
    [InlineData("", "objective.beta=x", null, "objective.beta", "found 'x'")]
    [InlineData("", "method.objective.beta=x", null, "method.objective.beta", "found 'x'")]
    [InlineData("method: spline-flow", "objective.beta=3", null, "objective", "belongs to the kind fff, this is spline-flow")]
    [InlineData("method: {flow: {dequantizer: {blocks: 1}}}", null, 5, "method.flow.dequantizer", "for molecules only")]
    [InlineData("", "flow.dequantizer.blocks=1", null, "flow.dequantizer", "for molecules only")]
    [InlineData("objectve: {beta: 3}", null, 5, "objectve", "did you mean 'method.objective'?")]
    [InlineData("method: {objective: {noise: 1}}\nobjective: {beta: 3}", null, 6, "objective", "given twice: here, and as method.objective on line 5")]
    public void WhatIsWrongIsToldByThePathThatWasWritten(string text, string? setting, int? line, string key, string message)
    {
        var problem = _folder.Problem(ConfigFolder.Minimal + text, setting is null ? [] : [setting]);
        Assert.Equal((line, key), (problem.Line, problem.Key));
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatTheDataShowToBeWrongIsFoundInTheFormerPlace()
    {
        var file = _folder.Write("c.yaml", ConfigFolder.Minimal + "objective:\n  hutchinson_samples: 9\n");
        var noticed = new ConfigurationException([new Problem(Problem.Configuration, null, null, "method.objective.hutchinson_samples", "too many")]);
        Assert.Equal(new Problem(file, 6, 3, "objective.hutchinson_samples", "too many"), Assert.Single(ExperimentFile.Locate(noticed, [file], []).Problems));
    }

    /// <summary>Draws too: they go by the key's name.</summary>
    [Fact]
    public void SweepsVaryTheSameByEitherPath()
    {
        const string Values = "{kind: log-uniform, low: 1, high: 1000}";
        var (brief, full) = (Plan($"objective.beta: {Values}"), Plan($"method.objective.beta: {Values}"));
        Assert.Equal(brief.Trials.Select(trial => ExperimentFile.Write(trial.Experiment)), full.Trials.Select(trial => ExperimentFile.Write(trial.Experiment)));
        Assert.Equal("objective.beta", Assert.Single(brief.Trials[0].Values).Key);
        var twice = Assert.Throws<ConfigurationException>(() => Plan($"objective.beta: {Values}, method.objective.beta: {Values}"));
        Assert.Contains("the key is varied twice", twice.Message, StringComparison.Ordinal);
    }

    /// <summary>What a sweep sets by the short path is for those of its methods that have it.</summary>
    [Fact]
    public void ASweepOverMethodsKeepsTheFlowOfItsFile()
    {
        _folder.Write("base.yaml", ConfigFolder.Minimal + "method: {flow: {network: {kind: dense, widths: [7]}}}\n");
        var text = "name: s\nconfigs: [base.yaml]\nset: {objective.beta: 3}\ntrial_seeds: shared\nsearch: {kind: grid, keys: {method: "
            + "[fff, spline-flow, flow-matching]}}\n";
        var trials = SweepPlan.Create(SweepFile.Load([_folder.Write("s.yaml", text)], [])).Trials;
        Assert.Equal(["fff", "spline-flow", "flow-matching"], trials.Select(trial => MethodKeys.Name(trial.Experiment.Method)));
        Assert.Contains("widths: [7]", ExperimentFile.Write(trials[0].Experiment), StringComparison.Ordinal);
        Assert.Equal(new FixedSetting { Value = 3 }, trials[0].Experiment.FreeForm().Objective.Beta);
    }

    [Fact]
    public void ASweepThatAnEarlierVersionWroteDownIsTheSame()
    {
        var plan = Plan("objective.beta: {kind: uniform, low: 1, high: 9}");
        var runs = _folder.Path("runs");
        var folder = SweepFolder.Create(runs, plan);
        foreach (var trial in plan.Trials)
        {
            var file = folder.ConfigFile(trial.Number);
            File.WriteAllText(file, Former(File.ReadAllText(file)));
        }

        Assert.Equal(plan.Trials.Count, SweepFolder.Check(runs, plan).Known);
    }

    private SweepPlan Plan(string keys)
    {
        _folder.Write("base.yaml", ConfigFolder.Minimal);
        return SweepPlan.Create(
            SweepFile.Load([_folder.Write("s.yaml", $"name: s\nconfigs: [base.yaml]\nsearch: {{kind: random, trials: 3, keys: {{{keys}}}}}\n")], []));
    }

    /// <summary>A resolved experiment as earlier versions wrote it.</summary>
    internal static string Former(string resolved)
    {
        var root = (YamlMap)YamlReader.Read(new YamlSource("resolved", ".", IsFile: true), resolved, "", [])!;
        var method = root.Find("method")!;
        var (moved, rest) = ((YamlMap)method.Value).Entries.GroupBy(entry => Moved.Contains(entry.Key)).OrderBy(group => !group.Key).ToList() switch
        {
            [var first, var second] => (first, second),
            _ => throw new InvalidOperationException("No key was moved."),
        };
        return YamlWriter.Write(root with
        {
            Entries = [.. root.Entries.TakeWhile(entry => entry != method),
                .. moved, method with { Value = new YamlMap([.. rest], method.KeyAt) }, .. root.Entries.SkipWhile(entry => entry != method).Skip(1)],
        });
    }

    private static int Line(string file, string start) => File.ReadLines(file).TakeWhile(line => !line.StartsWith(start, StringComparison.Ordinal)).Count() + 1;
}

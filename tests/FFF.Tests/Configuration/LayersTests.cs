using FFF.Configuration;
using FFF.Datasets.Sbi;
using FFF.Datasets.Table;
using FFF.Datasets.Toy;
using FFF.Evaluations.C2st;
using FFF.Evaluations.Nll;
using FFF.Flows;
using FFF.Latents;
using FFF.Networks;
using FFF.Options;
using FFF.Training;
using Xunit;

namespace FFF.Tests.Configuration;

public sealed class LayersTests : IDisposable
{
    private readonly ConfigFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void LaterFilesAndThenOverridesWin()
    {
        var first = _folder.Write("1.yaml", ConfigFolder.Minimal + "training: {epochs: 1, batch_size: 1, threads: 1, validate_every: 1}");
        var second = _folder.Write("2.yaml", "training: {epochs: 2, batch_size: 2, threads: 2}");
        var third = _folder.Write("3.yaml", "training: {epochs: 3, batch_size: 3}");

        var training = ExperimentFile.Load([first, second, third], ["training.epochs=4", "training.epochs=5"]).Training;

        Assert.Equal((5, 3, 2, 1), (training.Epochs, training.BatchSize, training.Threads, training.ValidateEvery));
    }

    [Fact]
    public void BaseFilesComeFirstRelativeToTheFileThatNamesThem()
    {
        _folder.Write("shared/root.yaml", ConfigFolder.Minimal + "seed: 1\ntraining: {epochs: 1, batch_size: 1, threads: 1}");
        _folder.Write("shared/more.yaml", "base: root.yaml\ntraining: {batch_size: 2, threads: 2}");
        _folder.Write("other.yaml", "training: {threads: 3}");

        var experiment = _folder.Load("base: [shared/more.yaml, other.yaml]\nseed: 4");

        Assert.Equal(4, experiment.Seed);
        Assert.Equal((1, 2, 3), (experiment.Training.Epochs, experiment.Training.BatchSize, experiment.Training.Threads));
    }

    [Fact]
    public void ABaseThatLeadsBackIsReportedWhereItDoes()
    {
        _folder.Write("b.yaml", "seed: 1\nbase: c.yaml");

        var problem = _folder.Problem("base: b.yaml");

        Assert.Equal(_folder.Path("b.yaml"), problem.Source);
        Assert.Equal((2, 7, "base"), (problem.Line, problem.Column, problem.Key));
        Assert.Contains("laid over itself", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void BasesThatMultiplyAreBounded()
    {
        for (var i = 0; i < 20; i++)
        {
            _folder.Write($"{i}.yaml", $"base: [{i + 1}.yaml, {i + 1}.yaml]");
        }

        _folder.Write("20.yaml", ConfigFolder.Minimal);

        Assert.Contains(_folder.Problems("base: 0.yaml"), problem => problem.Message == "more than 100 files");
    }

    [Theory]
    [InlineData("base: none.yaml", "the file 'none.yaml' does not exist, and no configuration has this name")]
    [InlineData("base: {a: 1}", "expected the path of a file, or a list of them, found a mapping")]
    [InlineData("base: [[a]]", "expected the path of a file, or a list of them, found a list")]
    [InlineData("base:", "expected the path of a file, or a list of them, found nothing")]
    public void AWrongBaseIsReported(string text, string message) =>
        Assert.Contains(_folder.Problems(ConfigFolder.Minimal + text),
            problem => problem is { Key: "base", Line: 5 } && problem.Message.StartsWith(message, StringComparison.Ordinal));

    [Fact]
    public void TablePathsAreRelativeToTheFileThatNamesThem()
    {
        _folder.Write("sub/t.yaml", "data: {kind: table, path: ../d/x.csv}");

        var fromBase = _folder.Load("base: sub/t.yaml\nname: t");
        var fromOverride = _folder.Load("base: sub/t.yaml\nname: t", "data.path=x.csv");

        Assert.Equal(_folder.Path("d/x.csv"), ((TableData)fromBase.Data).Path);
        Assert.Equal(Path.GetFullPath("x.csv"), ((TableData)fromOverride.Data).Path);
    }

    [Fact]
    public void OverridesReachDefaultsThatNoFileNames()
    {
        var experiment = _folder.Load(
            ConfigFolder.Minimal,
            "training.optimizer.learning_rate=1e-3",
            "flow.network.blocks=7",
            "flow.network.widths.1=9",
            "objective.likelihood_warmup={from: 0.1, to: 0.5}",
            "objective.likelihood_warmup.to=0.6",
            "evaluate.0=nll");

        Assert.Equal(new OptimizerConfig { LearningRate = 1e-3 }, experiment.Training.Optimizer);
        var network = Assert.IsType<ResidualOptions>(experiment.FreeForm().Flow.Network);
        Assert.Equal(7, network.Blocks);
        Assert.Equal([256, 9], network.Widths);
        Assert.Equal(new WarmupConfig { From = 0.1, To = 0.6 }, experiment.FreeForm().Objective.LikelihoodWarmup);
        Assert.Equal([new NllEvaluation()], experiment.Evaluate);
    }

    /// <summary>Of keys that exclude each other, the one that a layer gives takes the place of the one below; other entries of the mapping stay.</summary>
    [Fact]
    public void AKeyThatExcludesAnotherReplacesIt()
    {
        const string Text = "name: t\ndata: {kind: simulations, parameters: t.csv, observations: x.csv, prior: {a: {normal: [1, 2]}, b: {uniform: [0, 1]}, "
            + "c: {above: 0}}}";
        IReadOnlyList<Keyed<ColumnPrior>> Priors(params string[] overrides) => ((SimulationsData)_folder.Load(Text, overrides).Data).Prior;

        var priors = Priors("data.prior={a: {uniform: [-1, 1]}}", "data.prior.b.log-uniform=[1, 2]", "data.prior.b.log-uniform=[3, 4]");

        Assert.Equal(["a", "b", "c"], priors.Select(prior => prior.Key));
        Assert.Equal([-1, 1], priors[0].Value.Uniform!);
        Assert.Null(priors[0].Value.Normal);
        Assert.Equal([3, 4], priors[1].Value.LogUniform!);
        Assert.Null(priors[1].Value.Uniform);
        Assert.Equal(0, priors[2].Value.Above);
        Assert.Equal([-1, 1], Priors("data.prior.a.normal=null", "data.prior.a.uniform=[-1, 1]")[0].Value.Uniform!);
        var both = _folder.Problem(Text, "data.prior.a={below: 3, above: 1}");
        Assert.Equal("data.prior['a'].above", both.Key);
        Assert.StartsWith("override", both.Source, StringComparison.Ordinal);
        Assert.StartsWith("expected exactly one of", both.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OverridesReachElementsOfLists()
    {
        const string Text = "name: t\ndata: {kind: sbi, task: two_moons}\nevaluate: [c2st, {kind: nll, samples: 5}]";

        var experiment = _folder.Load(Text, "evaluate.0.observations=1-3", "evaluate.1.samples=6", "evaluate.2.kind=nll");

        Assert.Equal([new C2stEvaluation { Observations = "1-3" }, new NllEvaluation { Samples = 6 }, new NllEvaluation()], experiment.Evaluate);
        Assert.Equal([new NllEvaluation(), new NllEvaluation { Samples = 5 }], _folder.Load(Text, "evaluate.0.kind=nll").Evaluate);
        Assert.Equal([new NllEvaluation()], _folder.Load(Text, "evaluate=[nll]").Evaluate);
        var problem = _folder.Problem(Text, "evaluate.3=nll");
        Assert.Equal(("override 'evaluate.3=nll'", null, "evaluate.3"), (problem.Source, problem.Line, problem.Key));
    }

    [Fact]
    public void ADifferentKindKeepsOnlyTheKeysThatItHasToo()
    {
        const string Text = """
            name: t
            data: {kind: toy, distribution: rings, samples: 50, validation_fraction: 0.2}
            method: {flow: {network: {blocks: 3, widths: [8]}, latent: {kind: student-t, degrees_of_freedom: 2}}}
            """;

        var experiment = _folder.Load(Text, "data.kind=sbi", "data.task=two_moons", "flow.network.kind=dense", "flow.latent.kind=normal");

        Assert.Equal(new SbiData { Task = "two_moons", ValidationFraction = 0.2 }, experiment.Data);
        Assert.Equal([8], Assert.IsType<DenseOptions>(experiment.FreeForm().Flow.Network).Widths);
        Assert.Equal(new NormalLatent(), experiment.FreeForm().Flow.Latent);
    }

    [Fact]
    public void ADifferentKindHidesNoMisspeltKey()
    {
        var problem = _folder.Problem(ConfigFolder.Minimal + "method: {flow: {network: {kind: residual, blcks: 3}}}", "flow.network.kind=dense");

        Assert.Equal((5, "method.flow.network.blcks"), (problem.Line, problem.Key));
    }

    [Fact]
    public void AMappingLaidOverAShorthandRefinesWhatItStandsFor()
    {
        const string Text = ConfigFolder.Minimal + """
            method: {flow: {network: dense, latent: student-t}, objective: {beta: 7, noise: {kind: schedule, from: 0.1, to: 0.01}}}
            """;

        var experiment = _folder.Load(Text, "flow.network.widths=[4]", "flow.latent.degrees_of_freedom=2", "objective.noise.to=0.02");

        Assert.Equal([4], Assert.IsType<DenseOptions>(experiment.FreeForm().Flow.Network).Widths);
        Assert.Equal(new StudentTLatent { DegreesOfFreedom = 2 }, experiment.FreeForm().Flow.Latent);
        Assert.Equal(new ScheduledSetting { From = 0.1, To = 0.02 }, experiment.FreeForm().Objective.Noise);
        Assert.Equal(new FixedSetting { Value = 7 }, experiment.FreeForm().Objective.Beta);
    }

    [Theory]
    [InlineData("objective.noise=null")]
    [InlineData("objective.noise=")]
    [InlineData("objective.noise=~")]
    public void NothingTakesAnOptionalValueAway(string text) =>
        Assert.Null(_folder.Load(ConfigFolder.Minimal + "method: {objective: {noise: 0.1}}", text).FreeForm().Objective.Noise);

    [Fact]
    public void OverridesAloneCanMakeAnExperiment()
    {
        var experiment = ExperimentFile.Load([], ["name=a", "data={kind: toy, distribution: rings}"]);

        Assert.Equal(new ToyData { Distribution = ToyDistribution.Rings }, experiment.Data);
    }

    [Theory]
    [InlineData("training.epochs", "", "expected key.path=value")]
    [InlineData("=5", "", "expected key.path=value")]
    [InlineData("training..epochs=5", "", "expected key.path=value")]
    [InlineData("base=x.yaml", "base", "expected in files only")]
    [InlineData("training.epochs=x", "training.epochs", "expected a whole number from 1 to 100000000, found 'x'")]
    [InlineData("evaluate=[nll", "evaluate", "not valid YAML")]
    [InlineData("training.epoch=5", "training.epoch", "unknown key 'epoch'; did you mean 'epochs'?")]
    [InlineData("training.0=5", "training", "expected a mapping with keys such as epochs, batch_size, optimizer, found an element of a list")]
    [InlineData("0=5", "", "expected a mapping with keys such as name, seed, data, found an element of a list")]
    [InlineData("training={epochs: 1, epochs: 2}", "training.epochs", "the key is given twice")]
    [InlineData("evaluate.0.samples.x=5", "evaluate.0.kind", "the key is missing; expected one of c2st, nll")]
    [InlineData("objective.likelihood_warmup.from=0.5", "objective.likelihood_warmup.to", "the key is missing; expected a number from 0 to 1")]
    public void AWrongOverrideIsNamed(string text, string key, string message)
    {
        var problem = _folder.Problem(ConfigFolder.Minimal, text);

        Assert.Equal(($"override '{text}'", null, key), (problem.Source, problem.Line, problem.Key));
        Assert.StartsWith(message, problem.Message, StringComparison.Ordinal);
    }
}

using FFF.Autodiff;
using FFF.Configuration;
using FFF.Datasets.Sbi;
using FFF.Datasets.Table;
using FFF.Datasets.Toy;
using FFF.Evaluations.C2st;
using FFF.Evaluations.Nll;
using FFF.Flows;
using FFF.Latents;
using FFF.Networks;
using FFF.Training;
using Xunit;

namespace FFF.Tests.Configuration;

public sealed class ReadingTests : IDisposable
{
    private readonly ConfigFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void EveryKindOfValueIsRead()
    {
        var experiment = _folder.Load("""
            # a comment
            name: all-of_it.1
            seed: 9007199254740993   # more than a double holds
            data:
              kind: sbi
              task: two_moons
              simulations: 1e5
              standardize: false
              validation_fraction: 0.05
            method:
              flow:
                network:
                  kind: stack
                  networks:
                    - residual
                    - {kind: dense, widths: [32, 64.0], activation: tanh, identity: true}
                latent: {kind: student-t, degrees_of_freedom: 3}
              objective:
                beta: {kind: schedule, from: 10, to: 1_000, until: .5, shape: linear}
                surrogate: latent
                noise: {kind: range, low: 1e-3, high: 0.1}
                likelihood_warmup: {from: 0.1, to: 0.2}
            training:
              optimizer: {kind: adamw, learning_rate: 5.0e-4}
              schedule: constant
              gradient_clip: 1
              ema: null
              device: cuda:1
            evaluate: [c2st, {kind: nll, samples: 100}]
            """);

        Assert.Equal("all-of_it.1", experiment.Name);
        Assert.Equal(9007199254740993, experiment.Seed);
        var data = Assert.IsType<SbiData>(experiment.Data);
        Assert.Equal(new SbiData { Task = "two_moons", Simulations = 100_000, Standardize = false, ValidationFraction = 0.05 }, data);
        var stack = Assert.IsType<StackOptions>(experiment.FreeForm().Flow.Network);
        Assert.Equal([256, 256], Assert.IsType<ResidualOptions>(stack.Networks[0]).Widths);
        var dense = Assert.IsType<DenseOptions>(stack.Networks[1]);
        Assert.Equal([32, 64], dense.Widths);
        Assert.Equal((ActivationKind.Tanh, true), (dense.Activation, dense.Identity));
        Assert.Equal(new StudentTLatent { DegreesOfFreedom = 3 }, experiment.FreeForm().Flow.Latent);
        Assert.Equal(new ScheduledSetting { From = 10, To = 1000, Until = 0.5, Shape = Interpolation.Linear }, experiment.FreeForm().Objective.Beta);
        Assert.Equal(SurrogateForm.Latent, experiment.FreeForm().Objective.Surrogate);
        Assert.Equal(new SettingRange { Low = 1e-3, High = 0.1 }, experiment.FreeForm().Objective.Noise);
        Assert.Equal(new WarmupConfig { From = 0.1, To = 0.2 }, experiment.FreeForm().Objective.LikelihoodWarmup);
        Assert.Equal(new OptimizerConfig { Kind = OptimizerKind.AdamW, LearningRate = 5e-4 }, experiment.Training.Optimizer);
        Assert.Equal(new ConstantSchedule(), experiment.Training.Schedule);
        Assert.Equal((1, null, "cuda:1"), (experiment.Training.GradientClip, experiment.Training.Ema, experiment.Training.Device));
        Assert.Equal([new C2stEvaluation(), new NllEvaluation { Samples = 100 }], experiment.Evaluate);
    }

    [Fact]
    public void WhatIsLeftOutTakesTheRecordsDefaults()
    {
        var experiment = _folder.Load(ConfigFolder.Minimal);

        var expected = new Experiment { Name = "moons", Data = new ToyData { Distribution = ToyDistribution.TwoMoons } };
        Assert.Equal(ExperimentFile.Write(expected), ExperimentFile.Write(experiment));
        Assert.Equal(expected.Training, experiment.Training);
        Assert.Equal(expected.FreeForm().Objective, experiment.FreeForm().Objective);
    }

    [Theory]
    [InlineData("method: {objective: {beta: 100}}", 100)]
    [InlineData("method: {objective: {beta: {value: 100}}}", 100)]
    [InlineData("method: {objective: {beta: {kind: fixed, value: 1e2}}}", 100)]
    [InlineData("method: {objective: {beta: {}}}", 25)]
    public void BetaIsANumberOrAMapping(string text, double expected) =>
        Assert.Equal(new FixedSetting { Value = expected }, _folder.Load(ConfigFolder.Minimal + text).FreeForm().Objective.Beta);

    [Fact]
    public void ScalarsStandForMappings()
    {
        var experiment = _folder.Load(ConfigFolder.Minimal + """
            method: {objective: {noise: 0.01}, flow: {latent: student-t, network: dense}}
            training: {optimizer: adamw}
            """);

        Assert.Equal(new FixedSetting { Value = 0.01 }, experiment.FreeForm().Objective.Noise);
        Assert.Equal(new StudentTLatent(), experiment.FreeForm().Flow.Latent);
        Assert.Equal([256, 256], Assert.IsType<DenseOptions>(experiment.FreeForm().Flow.Network).Widths);
        Assert.Equal(OptimizerKind.AdamW, experiment.Training.Optimizer.Kind);
    }

    [Fact]
    public void AMappingWithoutItsKindRefinesTheDefault()
    {
        var experiment = _folder.Load(ConfigFolder.Minimal + """
            method: {flow: {network: {blocks: 5}}}
            training: {schedule: {warmup: 0.1}}
            """);

        Assert.Equal(5, Assert.IsType<ResidualOptions>(experiment.FreeForm().Flow.Network).Blocks);
        Assert.Equal(new OneCycleSchedule { Warmup = 0.1 }, experiment.Training.Schedule);
    }

    [Fact]
    public void AnchorsRepeatWhatTheyName()
    {
        var experiment = _folder.Load(ConfigFolder.Minimal + """
            method:
              flow:
                network:
                  kind: stack
                  networks:
                    - &block {kind: dense, widths: &w [8]}
                    - *block
                    - {kind: residual, widths: *w}
            """);

        var networks = Assert.IsType<StackOptions>(experiment.FreeForm().Flow.Network).Networks;
        Assert.Equal([8], Assert.IsType<DenseOptions>(networks[1]).Widths);
        Assert.Equal([8], Assert.IsType<ResidualOptions>(networks[2]).Widths);
    }

    [Fact]
    public void ColumnsMayBeNamesOrNumbers()
    {
        var experiment = _folder.Load("name: t\ndata: {kind: table, path: t.npy, columns: [0, 'b c'], condition_columns: [2]}");

        var table = Assert.IsType<TableData>(experiment.Data);
        Assert.Equal(["0", "b c"], table.Columns);
        Assert.Equal(["2"], table.ConditionColumns);
    }

    [Fact]
    public void AByteOrderMarkIsNoPartOfTheText()
    {
        File.WriteAllText(_folder.Path("bom.yaml"), ConfigFolder.Minimal, new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: true));

        Assert.Equal("moons", ExperimentFile.Load([_folder.Path("bom.yaml")], []).Name);
    }
}

using FFF.Autodiff;
using FFF.Configuration;
using FFF.Datasets.Sbi;
using FFF.Datasets.Table;
using FFF.Evaluations.C2st;
using FFF.Evaluations.Nll;
using FFF.Flows;
using FFF.Latents;
using FFF.Networks;
using FFF.Training;
using Xunit;

namespace FFF.Tests.Configuration;

public sealed class WritingTests : IDisposable
{
    private readonly ConfigFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void EveryDefaultIsSpeltOut()
    {
        var experiment = new Experiment { Name = "moons", Data = new SbiData { Task = "two_moons" }, Evaluate = [new C2stEvaluation()] };

        Assert.Equal(
            """
            name: moons
            seed: 0
            data:
              kind: sbi
              task: two_moons
              simulations: 10000
              box: false
              cache: true
              standardize:
                all: auto
                columns: {}
              validation_fraction: 0.1
            method:
              kind: fff
              flow:
                network:
                  kind: residual
                  blocks: 2
                  widths: [256, 256]
                  activation: silu
                  identity: false
                embedding: null
                latent:
                  kind: normal
              objective:
                beta:
                  kind: fixed
                  value: 25
                surrogate: data
                exact_every: null
                hutchinson_samples: 1
                noise: null
                cycles: null
                likelihood_warmup: null
            training:
              epochs: 200
              batch_size: 128
              optimizer:
                kind: adam
                learning_rate: 0.0005
                weight_decay: 0.0001
                beta1: 0.9
                beta2: 0.999
                epsilon: 1.0e-8
                basis_every: null
              schedule:
                kind: one-cycle
                warmup: 0.3
                initial: 0.04
                final: 4.0e-6
                beta1: null
              gradient_clip: null
              ema: null
              ensemble: 1
              validate_every: 10
              validation_samples: null
              early_stopping: null
              guard:
                max_skipped: 10
                max_returns: 5
                keep_every: 1000
                spike_deviations: 20
              checkpoints:
                every_minutes: 5
                keep_last: 0
                keep_every: null
              device: auto
              threads: null
              tf32: false
              cuda_graphs: true
            evaluate:
              - kind: c2st
                observations: '1-10'

            """,
            ExperimentFile.Write(experiment));
    }

    [Fact]
    public void WhatIsWrittenReadsBackTheSame()
    {
        var network = new StackOptions
        {
            Networks =
            [
                new DenseOptions { Widths = [1], Activation = ActivationKind.Sine },
                new StackOptions { Networks = [new ResidualOptions { Identity = true }] },
            ],
        };
        var experiment = new Experiment
        {
            Name = "null",
            Seed = long.MaxValue,
            Data = new TableData
            {
                Path = _folder.Path("a 'b' \"c\": #d\té.csv"),
                Columns = ["1", "", "~", "true", "a\nb", " x ", "- y", "É😀"],
                TestFraction = 1.0 / 3,
            },
            Method = new FreeFormMethod
            {
                Flow = new FlowConfig { Network = network, Latent = new StudentTLatent { DegreesOfFreedom = Math.PI } },
                Objective = new ObjectiveConfig
                {
                    Beta = new SettingRange { Low = 1e-9, High = 1e12 },
                    Noise = new FixedSetting { Value = 1.2345678901234567e-5 },
                    LikelihoodWarmup = new WarmupConfig { To = 1 },
                },
            },
            Training = new TrainingConfig
            {
                Optimizer = new OptimizerConfig { Kind = OptimizerKind.AdamW },
                Schedule = new PlateauSchedule(),
                Ema = 0.999,
                Threads = 2,
                Device = "cuda:0",
            },
            Evaluate = [new NllEvaluation { Samples = 3 }, new NllEvaluation()],
        };

        var text = ExperimentFile.Write(experiment);
        var read = _folder.Load(text);

        Assert.Equal(text, ExperimentFile.Write(read));
        Assert.Equal(((TableData)experiment.Data).Columns, ((TableData)read.Data).Columns);
        Assert.Equal(((TableData)experiment.Data).Path, ((TableData)read.Data).Path);
        Assert.Equal(experiment.FreeForm().Objective, read.FreeForm().Objective);
        Assert.Equal(experiment.Training, read.Training);
    }
}

using FFF.Autodiff;
using FFF.Flows;
using FFF.Flows.Matching;
using FFF.Flows.Splines;
using FFF.Networks;
using FFF.Networks.Embeddings;
using FFF.Networks.Equivariant;
using FFF.Options;
using FFF.Randomness;
using FFF.Spaces;
using FFF.Training;
using FFF.Transforms;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Flows;

/// <summary>Flows that are told summaries of conditions.</summary>
public sealed class EmbeddedFlowTests
{
    private static readonly DeepSetOptions Sets = new() { ElementWidths = [8], Widths = [8], Outputs = 3 };

    public static TheoryData<string> Methods => [.. MethodsByName.Keys];

    private static Dictionary<string, (MethodConfig Method, Space Space)> MethodsByName { get; } = new()
    {
        ["data"] = (FreeForm(new ObjectiveConfig { HutchinsonSamples = 2 }), new VectorSpace(2)),
        ["latent"] = (FreeForm(new ObjectiveConfig { Surrogate = SurrogateForm.Latent }), new VectorSpace(2)),
        ["exact"] = (FreeForm(new ObjectiveConfig { Surrogate = SurrogateForm.Exact }), new VectorSpace(2)),
        ["told"] = (FreeForm(new ObjectiveConfig { Beta = new SettingRange { Low = 1, High = 10 }, Cycles = new() { OtherConditions = 1 } }),
            new VectorSpace(2)),
        ["particles"] = (new FreeFormMethod
        {
            Flow = new() { Network = new EquivariantOptions { Blocks = 1, Sublayers = 1, Width = 8 }, Embedding = Sets },
        }.For(new MeanFreePositions(3, 2)), new MeanFreePositions(3, 2)),
        ["spline-flow"] = (new SplineFlowMethod { Transforms = 2, Widths = [8], Bins = 4, Embedding = Sets }, new VectorSpace(2)),
        ["flow-matching"] = (new FlowMatchingMethod { Network = new DenseOptions { Widths = [8] }, Embedding = Sets }, new VectorSpace(2)),
    };

    /// <summary>The gradient of the objective on summaries, carried on through the embedding by the chain rule.</summary>
    [Theory]
    [MemberData(nameof(Methods))]
    public void GradientsFlowIntoTheEmbedding(string name)
    {
        var (config, space) = MethodsByName[name];
        var method = InitialWeights.Build(config, 1, 1, space, 6);
        var embedding = method.Settings.Embedding!;
        using var random = new RandomStream(5);
        using (no_grad())
        {
            // Networks that start as the identity are told nothing yet.
            foreach (var parameter in method.Flow.parameters())
            {
                parameter.add_(0.3 * random.Normal(parameter.shape));
            }
        }

        var data = random.Normal([7, space.Dimension]);
        var batch = new Batch(space is MeanFreePositions ? MeanFree(data) : data, random.Normal([7, 6]));
        method.Objective.Evaluate(batch, 0.5, 1, 3).Loss.backward();
        var module = (nn.Module)embedding;
        var gradients = module.parameters().Select(parameter => parameter.grad!.clone()).ToArray();

        var summary = embedding.Forward(batch.Condition!).detach().requires_grad_();
        var inner = ((EmbeddedObjective)method.Objective).Inner;
        inner.Evaluate(batch with { Condition = summary }, 0.5, 1, 3).Loss.backward();
        method.Flow.zero_grad();
        embedding.Forward(batch.Condition!).backward([summary.grad!]);
        Assert.True(summary.grad!.abs().max().item<float>() > 1e-4);
        Assert.All(module.parameters().Zip(gradients), pair => Check.Close(pair.Second, pair.First.grad!, 1e-4 * (1 + pair.Second.abs().max().item<float>())));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void ItsParametersAreTheFlows(string name)
    {
        var (config, space) = MethodsByName[name];
        var method = InitialWeights.Build(config, 1, 1, space, 6);
        Assert.Equal(["embedding.element.0.bias", "embedding.element.0.weight"],
            method.Flow.named_parameters().Select(named => named.name).Where(key => key.StartsWith("embedding.element", StringComparison.Ordinal)).Order());
        Assert.Equal((8 * 2) + (8 * 9) + (3 * 9), method.Flow.named_parameters().Where(named => named.name.StartsWith("embedding.", StringComparison.Ordinal))
            .Sum(named => named.parameter.numel()));
    }

    [Fact]
    public void OneObservationIsSummarisedOnce()
    {
        var counting = new CountingOptions();
        using var model = Untrained(new FreeFormMethod { Flow = new() { Network = new DenseOptions { Widths = [8] }, Embedding = counting } });
        using var scope = NewDisposeScope();
        counting.Rows.Clear();
        _ = model.Sample(1000, ones(6), 1);
        _ = model.SampleWithLogProb(1000, ones(6), 1);
        Assert.Equal([1, 1], counting.Rows);
        counting.Rows.Clear();
        _ = model.Sample(10, ones(10, 6), 1);
        Assert.Equal([10], counting.Rows);

        // A step of training, however many vectors its trace takes.
        counting.Rows.Clear();
        _ = model.Objective.Evaluate(new Batch(ones(5, 2), ones(5, 6)), 0, 1, 0);
        Assert.Equal([5], counting.Rows);
    }

    [Fact]
    public void TheOrderOfObservationsTellsADensityNothing()
    {
        using var model = Untrained(FreeForm(new ObjectiveConfig()));
        using var random = new RandomStream(2);
        var (rows, conditions) = (random.Normal([20, 2]), 100 * random.Normal([20, 6]));
        double[] LogProb(Tensor c) => model.LogLikelihood(new Samples(rows, c)).Encoder.data<double>().ToArray();
        Assert.All(LogProb(conditions).Zip(LogProb(conditions.flip(1))), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
        Assert.True(LogProb(conditions).Zip(LogProb(conditions.roll(1, 0))).Max(pair => Math.Abs(pair.First - pair.Second)) > 1e-2);
    }

    [Theory]
    [InlineData(Scaling.Standard)]
    [InlineData(Scaling.Log)]
    [InlineData(Scaling.None)]
    public void ElementsAreScaledAlike(Scaling scaling)
    {
        using var scope = NewDisposeScope();
        using var random = new RandomStream(2);
        var conditions = random.Normal([200, 3, 2], float64).exp() * tensor(new[] { 1.0, 50 });
        var scalings = ColumnScalings.Of(scaling, 2, 6) with { ConditionsAlike = 2 };
        using var model = DensityModel.Create((space, c) => InitialWeights.Build(FreeForm(new()), 1, 1, space, c),
            new Samples(random.Normal([200, 2], float64), conditions.flatten(1)), scalings, CPU);
        var scaled = model.Transformed(new Samples(zeros(200, 2), conditions.flatten(1))).Samples.Condition!.to(float64).view(-1, 2);
        var seen = conditions.view(-1, 2);
        seen = scaling == Scaling.Log ? seen.log() : seen;
        Check.Close(scaled, scaling == Scaling.None ? seen : (seen - seen.mean([0])) / seen.std(0, unbiased: false), 1e-4);
    }

    [Fact]
    public void AModelIsSavedWithItsEmbedding()
    {
        using var random = new RandomStream(1);
        var file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.safetensors");
        var options = new ModelOptions { Method = FreeForm(new()), Training = new TrainingConfig { Epochs = 2 } };
        var samples = new Samples(random.Normal([60, 2]), random.Normal([60, 6]));
        using var model = DensityModel.Fit(samples, options);
        try
        {
            model.Save(file);
            using var read = DensityModel.Load(file);
            Check.Close(read.LogLikelihood(samples).Encoder, model.LogLikelihood(samples).Encoder, 0);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData(0, "flow.embedding", "no embedding for data without conditions")]
    [InlineData(5, "flow.embedding.features", "a divisor of 5, the number of conditions, found 2")]
    public void WhatDoesNotFitIsNamed(int conditions, string key, string words)
    {
        var method = new FreeFormMethod { Flow = new() { Embedding = new DeepSetOptions { Features = 2 } } }.For(new VectorSpace(2));
        var e = Assert.Throws<UnsuitableOptionsException>(() => InitialWeights.Build(method, 1, 1, new VectorSpace(2), conditions));
        Assert.Equal(key, e.Key);
        Assert.Contains(words, e.Message, StringComparison.Ordinal);
        Assert.Equal("embedding", new SplineFlowMethod().EmbeddingKey);
    }

    [Fact]
    public void ItsCostIsCounted()
    {
        var place = new StepPlace(new VectorSpace(2), 20, 100);
        var (plain, summarised) = (new SplineFlowMethod(), new SplineFlowMethod { Embedding = new DeepSetOptions() });
        Assert.Equal(plain.Cost(place), plain.CostWithEmbedding(place));
        var own = 6e-9 * 100 * ((20 * (64 + (64 * 64))) + (64 * 64) + (64 * 16));
        Assert.Equal(plain.Cost(place with { Conditions = 16 }).Gflop + own, summarised.CostWithEmbedding(place)!.Gflop, 1e-9);
    }

    private static FreeFormMethod FreeForm(ObjectiveConfig objective) => new FreeFormMethod
    {
        Flow = new() { Network = new DenseOptions { Widths = [8] }, Embedding = Sets },
        Objective = objective,
    }.For(new VectorSpace(2));

    private static Tensor MeanFree(Tensor rows) => (rows.view(-1, 3, 2) - rows.view(-1, 3, 2).mean([1], keepdim: true)).flatten(1);

    private static DensityModel Untrained(MethodConfig method)
    {
        using var random = new RandomStream(4);
        var train = new Samples(random.Normal([100, 2]), 100 * random.Normal([100, 6]));
        method = method.For(new VectorSpace(2));
        return DensityModel.Create((space, conditions) => InitialWeights.Build(method, 1, 1, space, conditions), train,
            ColumnScalings.Of(Scaling.Standard, 2, 6) with { ConditionsAlike = method.ConditionsAlike(6) }, CPU);
    }

    /// <summary>Notes how many rows it is given each time.</summary>
    private sealed record CountingOptions : EmbeddingConfig
    {
        public List<long> Rows { get; } = [];

        public override IEmbedding Build(EmbeddingPlace place)
        {
            var linear = new LinearLayer(place.Conditions, 2, place.Random);
            return new ModuleEmbedding(linear, c =>
            {
                Rows.Add(c.shape[0]);
                return linear.Forward(new Dual(c)).Value;
            }, 2);
        }
    }
}

using FFF.Flows;
using FFF.Flows.Ensembles;
using FFF.Flows.Matching;
using FFF.Flows.Splines;
using FFF.Networks;
using FFF.Networks.Embeddings;
using FFF.Randomness;
using FFF.Spaces;
using FFF.Training;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Flows;

/// <summary>Mixtures of flows that are trained together.</summary>
public sealed class EnsembleTests
{
    private const int Members = 3;

    public static TheoryData<string> Methods => [.. MethodsByName.Keys];

    private static Dictionary<string, MethodConfig> MethodsByName { get; } = new()
    {
        ["fff"] = new FreeFormMethod
        {
            Flow = new() { Network = new DenseOptions { Widths = [8] }, Embedding = new DenseEmbeddingOptions { Widths = [4], Outputs = 2 } },
        }.For(new VectorSpace(2)),
        ["spline-flow"] = new SplineFlowMethod { Transforms = 1, Widths = [8], Bins = 4 },
        ["flow-matching"] = new FlowMatchingMethod { Network = new DenseOptions { Widths = [8] }, Tolerance = 1e-6 },
    };

    [Theory]
    [MemberData(nameof(Methods))]
    public void ItsDensityIsTheMeanOfItsMembers(string name)
    {
        using var scope = NewDisposeScope();
        var (ensemble, members) = Built(MethodsByName[name]);
        using var random = new RandomStream(2);
        var (x, c) = (random.Normal([6, 2]), random.Normal([6, 3]));
        var each = members.Select(member => member.Flow.LogLikelihood(x, member.Settings.ForEvaluation(c, x))).ToArray();
        var all = ensemble.Flow.LogLikelihood(x, ensemble.Settings.ForEvaluation(c, x));
        for (var row = 0; row < 6; row++)
        {
            double Mean(Func<Likelihood, Tensor> values) => Math.Log(each.Average(one => Math.Exp(values(one)[row].item<double>())));
            Assert.Equal(Mean(one => one.Encoder), all.Encoder[row].item<double>(), 1e-6);
            Assert.Equal(Mean(one => one.Decoder), all.Decoder[row].item<double>(), 1e-6);
            Assert.Equal(each.Average(one => one.Reconstruction[row].item<double>()), all.Reconstruction[row].item<double>(), 1e-6);
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void ASampleIsDecodedByTheMemberThatItsLatentNames(string name)
    {
        using var scope = NewDisposeScope();
        var (ensemble, members) = Built(MethodsByName[name]);
        using var random = new RandomStream(2);
        var c = random.Normal([1, 3]);
        var z = ensemble.Flow.Latent.Sample(60, 2, random);
        Assert.Equal([60, 3], z.shape);
        var told = ensemble.Settings.ForEvaluation(c, z);
        var x = ensemble.Flow.Decode(z, told);
        var drawn = ((IExactDensity)ensemble.Flow).DecodeWithLogProb(z, told);
        Check.Close(drawn.X, x, 1e-3);
        for (var row = 0; row < LongRun.Times(15, 60); row++)
        {
            var (number, latent) = ((int)z[row, 0].item<float>(), z[row].narrow(0, 1, 2).unsqueeze(0));
            var (member, own) = (members[number], members[number].Settings.ForEvaluation(c, latent));
            Check.Close(x[row].unsqueeze(0), member.Flow.Decode(latent, own), 1e-3);
            var densities = members.Index().Select(other => other.Index == number
                ? ((IExactDensity)member.Flow).DecodeWithLogProb(latent, own).LogProb.item<double>()
                : other.Item.Flow.LogLikelihood(x[row].unsqueeze(0), other.Item.Settings.ForEvaluation(c, latent)).Encoder.item<double>());
            Assert.Equal(Math.Log(densities.Average(Math.Exp)), drawn.LogProb[row].item<double>(), 1e-3);
        }

        Assert.All(Enumerable.Range(0, Members), member => Assert.InRange(z.select(1, 0).eq(member).sum().item<long>(), 5, 40));
    }

    /// <summary>A step of the ensemble is a step of each member alone; the first is the flow that would be trained without it.</summary>
    [Theory]
    [MemberData(nameof(Methods))]
    public void EachMemberLearnsAsItWouldAlone(string name)
    {
        using var scope = NewDisposeScope();
        using var random = new RandomStream(7);
        var rows = new Samples(random.Normal([64, 2]), random.Normal([64, 3]));
        var config = new TrainingConfig { BatchSize = 32, Epochs = 2, Ensemble = Members, ValidateEvery = 2, Optimizer = new() { LearningRate = 1e-2 } };
        var method = MethodsByName[name];
        var together = InitialWeights.Build(method, Members, 5, new VectorSpace(2), 3);
        var alone = InitialWeights.Build(method, 1, 5, new VectorSpace(2), 3);
        var (weights, own) = (Trained(together, rows, config), Trained(alone, rows, config));
        Assert.Equal(Members * own.Count, weights.Count);

        // Sums are rounded in another order, and Adam divides by the gradient's size.
        Assert.All(own, weight => Check.Close(weights[$"members.0.{weight.Key}"], weight.Value, 1e-3));
        Assert.Contains(own, weight => Check.Difference(weights[$"members.1.{weight.Key}"], weight.Value) > 0.05);
    }

    [Fact]
    public void AFoldOfAMemberIsOneOfTheMixture()
    {
        using var scope = NewDisposeScope();
        var (ensemble, members) = Built(MethodsByName["fff"]);
        using var random = new RandomStream(3);
        var (x, c) = (random.Normal([50, 2]), zeros(50, 3));
        var product = members.Select(member => member.Flow.LogLikelihood(x, member.Settings.ForEvaluation(c, x)).EncoderSign!).Aggregate((a, b) => a * b);
        Check.Close(ensemble.Flow.LogLikelihood(x, c).EncoderSign!, product, 0);
    }

    [Fact]
    public void AModelOfADensityIsFittedSavedAndRead()
    {
        using var random = new RandomStream(1);
        var samples = new Samples(random.Normal([80, 2], float64), random.Normal([80, 3], float64));
        var options = new ModelOptions { Method = MethodsByName["fff"], Training = new() { Epochs = 2, Ensemble = Members } };
        using var model = DensityModel.Fit(samples, options);
        Assert.Equal(Members, model.Ensemble);
        Assert.Equal(2, model.Dimension);
        var file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.safetensors");
        try
        {
            model.Save(file);
            using var read = DensityModel.Load(file);
            Check.Close(read.LogLikelihood(samples).Encoder, model.LogLikelihood(samples).Encoder, 0);
            Check.Close(read.Sample(10, zeros(3), 1), model.Sample(10, zeros(3), 1), 0);
        }
        finally
        {
            File.Delete(file);
        }

        Assert.Equal([5, 2], model.Sample(5, zeros(3), 1, temperature: 0.5).shape);
        Assert.Equal([0, 2], model.SampleWithLogProb(0, zeros(3), 1).X.shape);
        Assert.Contains("at temperature 1 only", Assert.Throws<ArgumentException>(() => model.SampleWithLogProb(5, zeros(3), 1, 0.5)).Message,
            StringComparison.Ordinal);
        Assert.Contains("the first of which is the member", Assert.Throws<ArgumentException>(() => model.Decode(zeros(4, 2), zeros(3))).Message,
            StringComparison.Ordinal);
        Assert.Contains("has no codes", Assert.Throws<NotSupportedException>(() => model.Encode(samples)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ATemperatureLeavesTheMemberAsItIs()
    {
        using var random = new RandomStream(1);
        var latent = new MemberLatent(new FFF.Latents.StandardNormal(), Members);
        var z = latent.Sample(20, 2, random);
        var cold = latent.Tempered(z, 0.25);
        Check.Close(cold.select(1, 0), z.select(1, 0), 0);
        Check.Close(cold.narrow(1, 1, 2), 0.5 * z.narrow(1, 1, 2), 1e-7);
        Check.Close(latent.LogProb(z), new FFF.Latents.StandardNormal().LogProb(z.narrow(1, 1, 2)) - Math.Log(Members), 1e-6);
    }

    private static Dictionary<string, Tensor> Trained(Method method, Samples rows, TrainingConfig config)
    {
        using var trainer = new Trainer(method.Flow, method.Objective, rows, null, config, 5, CPU);
        Assert.True(trainer.Run(SilentObserver.Instance));
        return trainer.Weights();
    }

    /// <summary>An ensemble and its members, the same modules, whose weights are moved so that they are not the identity.</summary>
    private static (Method Ensemble, Method[] Members) Built(MethodConfig config)
    {
        Method[] members = [.. Enumerable.Range(0, Members).Select(member =>
            InitialWeights.Build(config, 1, EnsembleObjective.SeedOf(1, member), new VectorSpace(2), 3))];
        using var random = new RandomStream(9);
        using var noGradient = no_grad();
        foreach (var parameter in members.SelectMany(member => member.Flow.parameters()))
        {
            parameter.add_(0.3 * random.Normal(parameter.shape));
        }

        return (new(new EnsembleFlow(members), new EnsembleObjective([.. members.Select(member => member.Objective)]), SettingConditions.None), members);
    }
}

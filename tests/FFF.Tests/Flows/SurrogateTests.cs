using FFF.Flows;
using FFF.Latents;
using FFF.Networks;
using FFF.Randomness;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Flows;

public sealed class SurrogateTests
{
    /// <summary>f(x) = W x with g = f⁻¹: averaged over an orthonormal basis, the gradient is ∇ log|det W| = W⁻ᵀ.</summary>
    [Fact]
    public void WithTheExactInverseTheGradientIsThatOfTheLogDeterminant()
    {
        var random = new RandomStream(11);
        for (var trial = 0; trial < 20; trial++)
        {
            var dimension = 1 + trial % 5;
            var w = random.Normal([dimension, dimension], float64) + 2 * eye(dimension, dtype: float64);
            var flow = new FreeFormFlow(new ModuleNetwork(new LinearMap(w)), new ModuleNetwork(new LinearMap(linalg.inv(w))), new StandardNormal(), dimension);
            var x = random.Normal([3, dimension], float64);
            var vectors = (linalg.qr(random.Normal([3, dimension, dimension], float64)).Q * Math.Sqrt(dimension)).permute(2, 0, 1);
            var weight = flow.parameters().First();
            Func<FreeFormFlow, Tensor, Tensor?, Tensor, Surrogate>[] forms =
                [Surrogate.DataForm, Surrogate.LatentForm, (flow, x, condition, _) => Surrogate.Exact(flow, x, condition)];
            foreach (var form in forms)
            {
                var gradient = autograd.grad([form(flow, x, null, vectors).Value.mean()], [weight])[0];
                Check.Close(gradient, linalg.inv(w).T, 1e-9);
            }
        }
    }

    /// <summary>The surrogate's single-vector gradient is unbiased: its mean over many vectors approaches the exact trace.</summary>
    [Fact]
    public void HutchinsonVectorsAreIsotropicWithTheRightLength()
    {
        foreach (var count in (int[])[1, 2, 3])
        {
            var v = Hutchinson.Sample(count, 20_000, 3, new RandomStream(4)).to(float64);
            Check.Close(v.square().sum(-1), full(count, 20_000, 3.0, dtype: float64), 1e-5);
            var gram = einsum("kbi,lbi->bkl", v, v);
            Check.Close(gram, (3 * eye(count, dtype: float64)).expand(20_000, count, count), 1e-5);
            // Standard error of an entry is below 1/√20000 = 0.007.
            Check.Close(einsum("kbi,kbj->ij", v, v) / (20_000 * count), eye(3, dtype: float64), 0.03);
        }
    }

    [Fact]
    public void MoreVectorsThanDimensionsAreRefused()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => Hutchinson.Sample(4, 2, 3, new RandomStream(0)));
        Assert.Contains("at most 3", error.Message);
        var flow = SmallFlow(2);
        var message = Assert.Throws<ArgumentOutOfRangeException>(() => new Objective(flow, new ObjectiveConfig { HutchinsonSamples = 3 })).Message;
        Assert.Contains("hutchinson_samples is 3", message);
    }

    /// <summary>Both forms estimate the same gradient: with all D vectors they agree exactly, reconstruction included.</summary>
    [Fact]
    public void ObjectiveGradientsOfBothFormsAgreeWithAllVectors()
    {
        var flow = SmallFlow(3);
        var x = new RandomStream(1).Normal([5, 3], float64);
        var vectors = Hutchinson.Sample(3, 5, 3, new RandomStream(2)).to(float64);
        var gradients = Enum.GetValues<SurrogateForm>().Select(form =>
        {
            var loss = new Objective(flow, new ObjectiveConfig { Surrogate = form, HutchinsonSamples = 3 }).Evaluate(x, null, vectors, 7, 1).Loss;
            return autograd.grad([loss], [.. flow.parameters()]);
        }).ToArray();
        Assert.All(gradients[0].Zip(gradients[1]), pair => Check.Close(pair.First, pair.Second, 1e-5));
    }

    [Fact]
    public void BetaFollowsItsSchedule()
    {
        var flow = SmallFlow(2);
        var exponential = new Objective(flow, new ObjectiveConfig { Beta = new ScheduledSetting { From = 10, To = 1000, Until = 0.5 } });
        Assert.Equal([10, 100, 1000, 1000], ((double[])[0, 0.25, 0.5, 1]).Select(exponential.BetaAt), (a, b) => Math.Abs(a - b) < 1e-9);
        var linear = new Objective(flow, new ObjectiveConfig { Beta = new ScheduledSetting { From = 10, To = 20, Shape = Interpolation.Linear } });
        Assert.Equal(15, linear.BetaAt(0.5), 12);
        Assert.Equal(20, linear.FinalBeta);
    }

    [Fact]
    public void WarmupBlendsTheLikelihoodIn()
    {
        var objective = new Objective(SmallFlow(2), new ObjectiveConfig { LikelihoodWarmup = new WarmupConfig { From = 0.1, To = 0.3 } });
        Assert.Equal([0, 0, 0.5, 1, 1], ((double[])[0, 0.1, 0.2, 0.3, 1]).Select(objective.LikelihoodWeightAt), (a, b) => Math.Abs(a - b) < 1e-12);
    }

    /// <summary>Drawn settings reach the networks, and the same seed and step draw the same.</summary>
    [Fact]
    public void DrawnSettingsAreConditionsAndReproducible()
    {
        var config = new ObjectiveConfig { Beta = new SettingRange { Low = 1, High = 100 }, Noise = new SettingRange { Low = 0.01, High = 0.1 } };
        var network = new DenseOptions { Widths = [4] };
        var flow = new FreeFormFlow(new DenseNet(network, 2, 2, new RandomStream(0)), new DenseNet(network, 2, 2, new RandomStream(1)),
            new StandardNormal(), 2);
        var objective = new Objective(flow, config);
        Assert.Equal(2, objective.Settings.Count);
        var x = new RandomStream(3).Normal([6, 2]);
        var losses = ((long[])[5, 5, 6]).Select(step => objective.Evaluate(new(x, null), 0, 1, step).Loss.item<float>()).ToArray();
        Assert.Equal(losses[0], losses[1]);
        Assert.NotEqual(losses[0], losses[2]);
        Check.Close(objective.Settings.ForEvaluation(null, x)!, tensor([1f, -1f]).expand(6, 2), 0);
        Check.Close(SettingConditions.FromUnit(tensor([-1.0, 0, 1], float64), new SettingRange { Low = 1, High = 100 }),
            tensor([1.0, 10, 100], float64), 1e-12);
    }

    /// <summary>Settings are uniform in [−1, 1], and those of β and of the noise have nothing to do with each other.</summary>
    [Fact]
    public void SettingsAreDrawnFromTheirWholeRange()
    {
        const int Count = 20_000;
        var range = new SettingRange { Low = 1, High = 2 };
        var draws = new Objective(SmallFlow(2), new ObjectiveConfig { Beta = range, Noise = range }).Draw(Count, 2, float32, new(0, 1, 0));
        foreach (var setting in new[] { draws.BetaSetting!, draws.NoiseSetting! })
        {
            var (sorted, _) = setting.to(float64).sort();
            Check.Close(sorted, (arange(Count, dtype: float64) + 0.5) * (2.0 / Count) - 1, 0.03);
        }

        Assert.Equal(0, (draws.BetaSetting! * draws.NoiseSetting!).mean().item<float>(), 0.01);
    }

    private static FreeFormFlow SmallFlow(int dimension)
    {
        var random = new RandomStream(21);
        var config = new ResidualOptions { Widths = [5] };
        var flow = new FreeFormFlow(
            new ResidualNet(config, dimension, 0, FlowSide.Encoder, random),
            new ResidualNet(config, dimension, 0, FlowSide.Decoder, random), new StandardNormal(), dimension);
        return flow.to(float64);
    }

    /// <summary>x ↦ W x, a module that knows nothing of dual tensors.</summary>
    private sealed class LinearMap : nn.Module<Tensor, Tensor>
    {
        private readonly Parameter _weight;

        public LinearMap(Tensor w)
            : base(nameof(LinearMap))
        {
            _weight = new Parameter(w.clone());
            register_parameter("weight", _weight);
        }

        public override Tensor forward(Tensor x) => nn.functional.linear(x, _weight);
    }
}

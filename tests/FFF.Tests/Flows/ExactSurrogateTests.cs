using FFF.Flows;
using FFF.Latents;
using FFF.Networks;
using FFF.Options;
using FFF.Randomness;
using FFF.Spaces;
using FFF.Tests.Networks.Equivariant;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Flows;

/// <summary>log|det J_f| itself as the objective's surrogate.</summary>
public sealed class ExactSurrogateTests
{
    private static readonly MeanFreePositions Particles = new(4, 2);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TheValueIsTheLogDeterminantAndTheGradientItsOwn(bool particles)
    {
        const double Step = 1e-6;
        var random = new RandomStream(7);
        var flow = particles ? ParticleFlows.Flow(Particles, random) : Dense(3, 2, random);
        var x = particles ? ParticleFlows.Positions(4, Particles, random) : random.Normal([4, 3], float64);
        var condition = particles ? null : random.Normal([4, 2], float64);
        double Value() => Surrogate.Exact(flow, x, condition).Value.mean().item<double>();

        var exact = Surrogate.Exact(flow, x, condition);
        var likelihood = Likelihood.Of(flow, x, condition);
        Check.Close(exact.Value, likelihood.Encoder - flow.Latent.LogProb(exact.Z), 1e-10);
        Check.Close((x - exact.Reconstruction).square().sum(-1), likelihood.Reconstruction, 1e-10);

        var parameters = ((nn.Module)flow.Encoder).parameters().ToArray();
        exact.Value.mean().backward();
        var directions = parameters.Select(p => random.Normal(p.shape, float64)).ToArray();
        var expected = parameters.Zip(directions, (p, d) => (Check.OrZero(p.grad, p) * d).sum().item<double>()).Sum();
        void Shift(double by)
        {
            using var noGradient = no_grad();
            foreach (var (p, d) in parameters.Zip(directions))
            {
                p.add_(by * d);
            }
        }

        Shift(Step);
        var above = Value();
        Shift(-2 * Step);
        Assert.Equal(expected, (above - Value()) / (2 * Step), 1e-5 * Math.Max(1, Math.Abs(expected)));
        Assert.True(Math.Abs(expected) > 1e-3);
    }

    /// <summary>f(x) = asinh(W x), g(z) = W⁻¹ sinh z: averaged over all orthogonal vectors, both forms have the exact gradient.</summary>
    [Fact]
    public void WithTheExactInverseAllFormsAgree()
    {
        var random = new RandomStream(3);
        var w = random.Normal([3, 3], float64) + 2 * eye(3, dtype: float64);
        var encoder = new Curved(w, (h, weight) => asinh(nn.functional.linear(h, weight)));
        var decoder = new Curved(linalg.inv(w), (h, weight) => nn.functional.linear(sinh(h), weight));
        var flow = new FreeFormFlow(new ModuleNetwork(encoder), new ModuleNetwork(decoder), new StandardNormal(), 3);
        var x = random.Normal([5, 3], float64);
        var vectors = (linalg.qr(random.Normal([5, 3, 3], float64)).Q * Math.Sqrt(3)).permute(2, 0, 1);
        Tensor Gradient(Surrogate surrogate) => autograd.grad([surrogate.Value.mean()], [encoder.Weight])[0];
        var exact = Gradient(Surrogate.Exact(flow, x, null));
        Check.Close(Gradient(Surrogate.DataForm(flow, x, null, vectors)), exact, 1e-9);
        Check.Close(Gradient(Surrogate.LatentForm(flow, x, null, vectors)), exact, 1e-9);
        Assert.True(exact.abs().max().item<double>() > 0.1);
    }

    [Fact]
    public void EveryThirdStepIsExact()
    {
        var random = new RandomStream(1);
        var flow = Dense(2, 0, random);
        var x = random.Normal([6, 2], float64);
        var beta = new FixedSetting { Value = 3 };
        var mixed = new Objective(flow, new ObjectiveConfig { Beta = beta, ExactEvery = 3 });
        var (exact, data) = (new Objective(flow, new ObjectiveConfig { Beta = beta, Surrogate = SurrogateForm.Exact }),
            new Objective(flow, new ObjectiveConfig { Beta = beta }));
        for (var step = 0; step < 7; step++)
        {
            double Loss(Objective objective) => objective.Evaluate(new(x, null), 0, 1, step).Loss.item<double>();
            Assert.Equal(Loss(step % 3 == 0 ? exact : data), Loss(mixed));
            Assert.NotEqual(Loss(exact), Loss(data));
        }
    }

    [Fact]
    public void ManyDimensionsAreRefused()
    {
        var flow = Dense(65, 0, new RandomStream(0));
        foreach (var config in (ObjectiveConfig[])[new() { Surrogate = SurrogateForm.Exact }, new() { ExactEvery = 2 }])
        {
            Assert.Contains("at most 64 dimensions; the density has 65", Assert.Throws<ArgumentOutOfRangeException>(() => new Objective(flow, config)).Message);
            var method = new FreeFormMethod { Objective = config };
            var refused = Assert.Throws<UnsuitableOptionsException>(() => method.Build(new(new VectorSpace(65), 0, new RandomStream(0))));
            Assert.Equal(config.ExactEvery is null ? "objective.surrogate" : "objective.exact_every", refused.Key);
            _ = method.Build(new(new VectorSpace(64), 0, new RandomStream(0)));
        }
    }

    private static FreeFormFlow Dense(int dimension, int conditions, RandomStream random)
    {
        INetwork Net() => Check.Randomized(new DenseNet(new DenseOptions { Widths = [7] }, dimension, conditions, random), random);
        return new FreeFormFlow(Net(), Net(), new StandardNormal(), dimension).to(float64);
    }

    private sealed class Curved : nn.Module<Tensor, Tensor>
    {
        private readonly Func<Tensor, Tensor, Tensor> _forward;

        public Curved(Tensor weight, Func<Tensor, Tensor, Tensor> forward)
            : base(nameof(Curved))
        {
            (Weight, _forward) = (new Parameter(weight.clone()), forward);
            register_parameter("weight", Weight);
        }

        public Parameter Weight { get; }

        public override Tensor forward(Tensor x) => _forward(x, Weight);
    }
}

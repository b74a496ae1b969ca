using FFF.Evaluation.Boltzmann;
using FFF.Evaluation.Theory;
using FFF.Evaluations.Theory;
using FFF.Flows;
using FFF.Latents;
using FFF.Networks;
using FFF.Randomness;
using FFF.Tests.Networks.Equivariant;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Evaluation.Theory;

public sealed class TheoryTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    /// <summary>
    /// Data N(0, s²), f(x) = a x, g(z) = b z. The spread divergence is that of N(0, s² + σ²) and N(0, b² + σ²), the bound less the entropy
    /// KL(N(0, a²s²) ‖ N(0, 1)) + β s²(1 − ab)²; noise on both makes a divergence smaller, and nothing is lost where a = 1/s and b = s.
    /// </summary>
    [Fact]
    public void TheBoundHoldsOnGaussians()
    {
        static double Divergence(double variance, double ofModel) => 0.5 * (variance / ofModel - 1 - Math.Log(variance / ofModel));
        const double Deviation = 1.5;
        var entropy = 0.5 * Math.Log(2 * Math.PI * Math.E) + Math.Log(Deviation);
        var x = tensor([-Deviation, Deviation], [2, 1], float64);
        foreach (var beta in (double[])[0.1, 1, 25, 1000])
        {
            foreach (var a in (double[])[-2, -0.3, 0.1, 1 / Deviation, 1, 3])
            {
                foreach (var b in (double[])[-4, -0.5, 0.2, 1, Deviation, 4])
                {
                    var likelihood = Likelihood.Of(Flow(Line(a), Line(b), 1), x, null);
                    var bound = SpreadBound.Of(likelihood, beta);
                    var rest = bound.Value.Value - entropy;
                    var expected = Divergence(a * a * Deviation * Deviation, 1) + (beta * Math.Pow(Deviation * (1 - (a * b)), 2));
                    Assert.Equal(expected, rest, 1e-9 * Math.Max(1, expected));
                    Assert.Equal(1 / (2 * beta), bound.Sigma * bound.Sigma, 12);
                    var noise = bound.Sigma * bound.Sigma;
                    var spread = Divergence((Deviation * Deviation) + noise, (b * b) + noise);
                    Assert.True(rest >= spread - 1e-9, $"β = {beta}, a = {a}, b = {b}: {rest} < {spread}");
                    Assert.True(spread <= Divergence(Deviation * Deviation, b * b) + 1e-12);
                    Assert.Equal(a == 1 / Deviation && b == Deviation, rest < 1e-9);
                }
            }
        }
    }

    /// <summary>f(x) = |x| with g(z) = z on N(0, 1): the model is exact and the encoder twofold, so that the bound lacks log 2, and says so.</summary>
    [Fact]
    public void SharedCodesAreWorthTheLogarithmOfTheirNumber()
    {
        var (flow, x) = (Flow(new Map(h => h.abs()), Line(1), 1), new RandomStream(4).Normal([4000, 1], float64));
        var bound = SpreadBound.Of(Likelihood.Of(flow, x, null), 1e-9);
        var entropy = 0.5 * Math.Log(2 * Math.PI * Math.E);
        Assert.InRange(bound.Value.Value, entropy - (4 * bound.Value.StandardError), entropy + (4 * bound.Value.StandardError));
        var codes = SecondPreimages.Of(flow, x, null, 100, new RandomStream(1));

        // Rows within 0.05 of the fold are less than 0.1 from their mirror images, others may be mirrored beyond the last row.
        Assert.InRange(codes.Share, 0.9, 1);
        Assert.Equal(Math.Log(2) * codes.Share, codes.Nats, 1e-12);
        Assert.All(codes.Examples, example => Assert.Equal(-x[example.Row, 0].item<double>(), example.Other[0], 1e-3));
    }

    /// <summary>f(x) = x³ − 3x has three points for each code in (−2, 2), which are codes of |x| &lt; 2, and one for others.</summary>
    [Fact]
    public void ACubicIsFoundThreefold()
    {
        var flow = Flow(new Map(h => (h * h * h) - (3 * h)), Line(1), 1);
        var x = 2.2 * (2 * new RandomStream(4).Uniform([2000, 1]) - 1).to(float64);
        var codes = SecondPreimages.Of(flow, x, null, 300, new RandomStream(1));
        Assert.Equal(2 / 2.2, codes.Share, 0.06);
        Assert.InRange(codes.Nats / codes.Share, 0.9 * Math.Log(3), Math.Log(3));
        foreach (var example in codes.Examples)
        {
            double Code(double at) => (at * at * at) - (3 * at);
            Assert.Equal(Code(x[example.Row, 0].item<double>()), Code(example.Other[0]), 2e-4);
        }
    }

    /// <summary>A one-to-one encoder of two far modes: rows at both sides of the gap have neighbouring codes, but none shares its.</summary>
    [Fact]
    public void AGapIsNoFold()
    {
        // f' is 1.01 at the modes and 0.01 in the gap between −5 and 5, which becomes as narrow as 0.1.
        var flow = Flow(new Map(h => h.sign() * (h.abs() - 5).clamp(min: 0) + 0.01 * h), Line(1), 1);
        var random = new RandomStream(8);
        var side = (2 * random.Integers(0, 2, [1000, 1]) - 1).to(float64);
        var x = side * (5 + random.Normal([1000, 1], float64).abs());
        var codes = SecondPreimages.Of(flow, x, null, 300, random);
        Assert.Equal(0, codes.Folded);
        Assert.Equal(0, codes.Nats);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ExactInversesHaveNoBias(bool particles)
    {
        var random = new RandomStream(3);
        FreeFormFlow flow;
        Tensor x;
        if (particles)
        {
            flow = new FreeFormFlow(new ModuleNetwork(new Line1(0.5)), new ModuleNetwork(new Line1(2)), new MeanFreeNormal(new(2, 0)), 8);
            x = ParticleFlows.Positions(32, new(4, 2), random);
        }
        else
        {
            var w = random.Normal([3, 3], float64) + (2 * eye(3, dtype: float64));
            flow = Flow(new Linear(w), new Linear(linalg.inv(w)), 3);
            x = random.Normal([32, 3], float64);
        }

        var bias = GradientBias.Of(flow, x, null)!;
        Assert.InRange(bias.Relative.Value, 0, 1e-6);
        Assert.InRange(bias.Relative.StandardError, 0, 1e-6);
        Assert.Equal(1, bias.Cosine.Value, 1e-9);
        Assert.Equal(32, bias.Rows);
        var inverse = InverseError.Of(flow, x, null);
        Assert.InRange(inverse.Norm.Value, 0, 1e-6);
        Assert.Equal([1, 1, 1], [inverse.SmallestSingularValue, inverse.MedianSingularValue, inverse.LargestSingularValue], (a, b) => Math.Abs(a - b) < 1e-6);
        var codes = SecondPreimages.Of(flow, x, null, 20, random);
        Assert.Equal((20, 0), (codes.Rows, codes.Folded));
    }

    /// <summary>
    /// f(x) = W x and g(z) = V z: the exact gradient is W⁻ᵀ, the surrogate's Vᵀ, the same for all rows, and J_f J_g = W V.
    /// </summary>
    [Fact]
    public void TheBiasOfLinearNetworksIsTheClosedForm()
    {
        var random = new RandomStream(5);
        var w = random.Normal([3, 3], float64) + (2 * eye(3, dtype: float64));
        var v = linalg.inv(w) + (0.1 * random.Normal([3, 3], float64));
        var (flow, x) = (Flow(new Linear(w), new Linear(v), 3), random.Normal([33, 3], float64));
        var bias = GradientBias.Of(flow, x, null)!;
        var exact = linalg.inv(w);
        double Norm(Tensor matrix) => matrix.square().sum().sqrt().item<double>();
        Assert.Equal(Norm(v - exact) / Norm(exact), bias.Relative.Value, 1e-9);
        Assert.Equal((v * exact).sum().item<double>() / (Norm(v) * Norm(exact)), bias.Cosine.Value, 1e-9);
        Assert.InRange(bias.Relative.StandardError, 0, 1e-9);
        Assert.All(flow.parameters(), parameter => Assert.True(parameter.grad is null));
        var inverse = InverseError.Of(flow, x, null);
        var product = mm(w, v);
        Assert.Equal(Norm(product - eye(3, dtype: float64)), inverse.Norm.Value, 1e-9);
        Assert.Equal(Norm(product - eye(3, dtype: float64)) / Math.Sqrt(3), inverse.Relative, 1e-9);
        var values = linalg.svdvals(product).data<double>().ToArray();
        Assert.Equal([values[2], values[1], values[0]], [inverse.SmallestSingularValue, inverse.MedianSingularValue, inverse.LargestSingularValue],
            (a, b) => Math.Abs(a - b) < 1e-9);
    }

    /// <summary>Rows whose gradients differ: the jackknife's error is that of other draws of rows.</summary>
    [Fact]
    public void TheErrorIsThatOfOtherRows()
    {
        var random = new RandomStream(7);
        var options = new DenseOptions { Widths = [8] };
        INetwork Net() => Check.Randomized(new DenseNet(options, 2, 0, random), random);
        var flow = new FreeFormFlow(Net(), Net(), new StandardNormal(), 2).to(float64);
        var draws = Enumerable.Range(0, 40).Select(_ => GradientBias.Of(flow, random.Normal([64, 2], float64), null)!).ToArray();
        double Spread(Func<GradientBias, MeanEstimate> of)
        {
            var values = draws.Select(draw => of(draw).Value).ToArray();
            return Math.Sqrt(values.Sum(value => Math.Pow(value - values.Average(), 2)) / 39) / draws.Average(draw => of(draw).StandardError);
        }

        Assert.InRange(Spread(bias => bias.Relative), 0.6, 1.6);
        Assert.InRange(Spread(bias => bias.Cosine), 0.5, 1.8);
    }

    /// <summary>Made-up numbers on both sides of each threshold.</summary>
    [Theory]
    [InlineData("enough")]
    [InlineData("too small", 0.30, 0.01)]
    [InlineData("enough", 0.30, 0.04)]
    [InlineData("too small", 0.1, 0.01, 10)]
    [InlineData("enough", 0.1, 0.01, 4)]
    [InlineData("too small", 0.1, 0.01, 0, 0.21)]
    [InlineData("larger than it need be", 0.004, 0.001, 0, 0.001, 0.005, 0.001)]
    [InlineData("enough", 0.004, 0.004, 0, 0.001, 0.005, 0.001)]
    [InlineData("enough", 0.004, 0.001, 1, 0.001, 0.005, 0.001)]
    [InlineData("enough", 0.004, 0.001, 0, 0.03, 0.005, 0.001)]
    [InlineData("enough", 0.004, 0.001, 0, 0.001, 0.02, 0.001)]
    [InlineData("enough", 0.004, 0.001, 0, 0.001, 0.005, 0.03)]
    public void TheVerdictIsInWords(
        string words, double bias = 0.1, double error = 0.01, int folded = 0, double difference = 0.05, double inverse = 0.1, double slack = 0.05)
    {
        var numbers = new TheoryNumbers(2, 1.5, 1.5 + difference, slack, inverse, new(new(bias, error), new(0.99, 0.001), 256),
            new(200, folded, folded / 200.0 * Math.Log(2), []));
        var verdict = TheoryVerdict.Of(numbers);
        Assert.StartsWith($"β = 25 is {words}", verdict.Words(25), StringComparison.Ordinal);
        Assert.Equal(Math.Max(slack, folded / 200.0 * Math.Log(2)), verdict.SpuriousNats);

        // In many dimensions, without gradients and codes, by J_f J_g.
        var many = TheoryVerdict.Of(numbers with { Dimension = 100, Gradient = null, Codes = null, InverseError = 0.26 });
        Assert.Equal(BetaVerdict.TooSmall, many.Beta);
        Assert.Contains("J_f J_g is 26.0 % away from 1", many.Words(25), StringComparison.Ordinal);
    }

    private static FreeFormFlow Flow(nn.Module<Tensor, Tensor> encoder, nn.Module<Tensor, Tensor> decoder, int dimension) =>
        new(new ModuleNetwork(encoder), new ModuleNetwork(decoder), new StandardNormal(), dimension);

    private static Map Line(double factor) => new(h => factor * h);

    private sealed class Map(Func<Tensor, Tensor> function) : nn.Module<Tensor, Tensor>(nameof(Map))
    {
        public override Tensor forward(Tensor x) => function(x);
    }

    /// <summary>x ↦ W x.</summary>
    private sealed class Linear : nn.Module<Tensor, Tensor>
    {
        private readonly Parameter _weight;

        public Linear(Tensor weight)
            : base(nameof(Linear))
        {
            _weight = new Parameter(weight.clone());
            register_parameter("weight", _weight);
        }

        public override Tensor forward(Tensor x) => nn.functional.linear(x, _weight);
    }

    /// <summary>x ↦ s x with a parameter s.</summary>
    private sealed class Line1 : nn.Module<Tensor, Tensor>
    {
        private readonly Parameter _factor;

        public Line1(double factor)
            : base(nameof(Line1))
        {
            _factor = new Parameter(tensor(factor, float64));
            register_parameter("factor", _factor);
        }

        public override Tensor forward(Tensor x) => _factor * x;
    }
}

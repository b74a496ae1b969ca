using FFF.Evaluation;
using FFF.Evaluations.Boltzmann;
using FFF.Flows;
using FFF.Latents;
using FFF.Networks;
using FFF.Randomness;
using FFF.Spaces;
using FFF.Tests.Datasets.Particles;
using FFF.Transforms;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Flows;

/// <summary>Flows whose networks fold, with closed forms of what the folds do.</summary>
public sealed class FoldTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    /// <summary>f(x) = x³ − 3x has f′ &lt; 0 for |x| &lt; 1, and |f′| below 1e-5 nowhere near these points.</summary>
    [Fact]
    public void SignsOfDeterminantsAreTold()
    {
        var likelihood = Model(x => (x * x * x) - (3 * x), z => -2 * z).Flow
            .LogLikelihood(tensor(new[] { -2f, -0.5f, 0f, 0.7f, 1.5f, 1f, 3f }).unsqueeze(1), null);
        Assert.Equal([1.0, -1, -1, -1, 1, 0, 1], likelihood.EncoderSign!.data<double>().ToArray());
        Assert.Equal(new Orientation(7, 3, 1), Orientation.Of(likelihood.EncoderSign));
        Assert.Equal(4 / 7.0, Orientation.Of(likelihood.EncoderSign)!.DoubtfulShare, 1e-12);

        // A decoder that reverses everywhere is one-to-one.
        Assert.Equal(new Orientation(7, 0, 0), Orientation.Of(likelihood.DecoderSign));
    }

    /// <summary>Points whose sign is not known vote for neither; of as many of each sign the positive ones are most.</summary>
    [Theory]
    [InlineData(new[] { 1.0, 0, 0 }, new[] { 1.0, 0, 0 })]
    [InlineData(new[] { -1.0, 0, 0 }, new[] { 1.0, 0, 0 })]
    [InlineData(new[] { -1.0, -1, 1, 0 }, new[] { 1.0, 1, -1, 0 })]
    [InlineData(new[] { 1.0, -1 }, new[] { 1.0, -1 })]
    public void SignsAreRelativeToThatOfMost(double[] signs, double[] relative) =>
        Assert.Equal(relative, Orientation.Relative(tensor(signs)).data<double>().ToArray());

    /// <summary>
    /// Each z in (−2, 2) has three preimages under f(x) = x³ − 3x, each other z one: ∫ p(f(x)) |f′(x)| dx = 1 + 2 P(|z| &lt; 2). With the
    /// sign it were 1.
    /// </summary>
    [Fact]
    public void TheMassOfAFoldedEncoderCountsItsBranches()
    {
        var data = new Samples(new RandomStream(4).Normal([1000, 1]) * 1.5, null);
        var mass = EncoderMass.Of(Model(x => (x * x * x) - (3 * x), z => 2 * z), data, 0)!;
        const double Expected = 1 + (2 * 0.9544997);
        Assert.InRange(Math.Abs(mass.OnSamples.Value - Expected), 0, 4 * mass.OnSamples.StandardError);
        Assert.InRange(Math.Abs(mass.Around!.Value - Expected), 0, 4 * mass.Around.StandardError);
        Assert.InRange(mass.Around.StandardError, 0.001, 0.05);
        Assert.Contains("integrates to 2.", mass.Doubt(), StringComparison.Ordinal);

        var exact = EncoderMass.Of(Model(x => x / 2, z => 2 * z), data, 0)!;
        Assert.Equal(1, exact.OnSamples.Value, 1e-5);
        Assert.InRange(Math.Abs(exact.Around!.Value - 1), 0, 4 * exact.Around.StandardError);
        Assert.Null(exact.Doubt());
    }

    /// <summary>On a subspace, and with conditions, of flows that are one-to-one.</summary>
    [Fact]
    public void TheMassIsOneOnASubspaceToo()
    {
        var shape = new MeanFreePositions(3, 2);
        var x = MeanFree.Normal(500, shape, float64, new RandomStream(1)).to(float32);
        var mass = EncoderMass.Of(Model(h => h / 2, z => 2 * z, new MeanFreeNormal(shape.Nodes!), shape), new Samples(x, null) { Space = shape }, 3)!;
        Assert.Equal(1, mass.OnSamples.Value, 1e-4);
        Assert.InRange(Math.Abs(mass.Around!.Value - 1), 0, 4 * mass.Around.StandardError);
    }

    /// <summary>In parts, of which each is told, and before each of which it may be asked to stop.</summary>
    [Fact]
    public void TheMassIsToldAsItComesOnAndCanBeStopped()
    {
        var data = new Samples(new RandomStream(4).Normal([1000, 1]), null);
        using var model = Model(x => x / 2, z => 2 * z);
        var told = new List<double>();
        var few = EncoderMass.Of(model, data, 0, 400, told.Add)!;
        Assert.Equal(Enumerable.Range(1, 20).Select(part => part / 20.0), told);
        Assert.InRange(Math.Abs(few.Around!.Value - 1), 0, 4 * few.Around.StandardError);
        Assert.True(few.Around.StandardError > 2 * EncoderMass.Of(model, data, 0)!.Around!.StandardError);

        using var stop = new CancellationTokenSource();
        told.Clear();
        Assert.Throws<OperationCanceledException>(() => EncoderMass.Of(model, data, 0, null, share =>
        {
            told.Add(share);
            stop.Cancel();
        }, stop.Token));
        Assert.Single(told);
    }

    /// <summary>
    /// Two particles on a line at (a, −a), and a decoder g(z) = z − z³/12 of each, which folds at |z| = 2 and comes back over
    /// |x| &lt; 4/3: with all draws every x there counts three times. The draws that keep orientation give log Z.
    /// </summary>
    [Fact]
    public void ImportanceWeightsTakeTheBranchThatKeepsOrientation()
    {
        var system = new Harmonic(2, 1, stiffness: 25, spread: 0.2);
        var shape = system.Shape;
        var x = MeanFree.Normal(400, shape, float64, new RandomStream(3)).to(float32) * 0.2;
        var data = new BoltzmannData("data", system, shape, "test", x.narrow(0, 0, 200), x.narrow(0, 200, 200), x, false);
        var flow = Model(h => h, z => z - (z * z * z / 12), new MeanFreeNormal(shape.Nodes!), shape);
        var report = BoltzmannGenerator.Evaluate(flow, data, null, null, new BoltzmannEvaluation { Samples = 100_000, Limit = false }, 7, "best").Report;

        // |a| > 2 where the normal coordinate √2 a is beyond 2 √2.
        Assert.Equal(0.00468, report.Samples.Orientation!.DoubtfulShare, 0.001);
        Assert.InRange(Math.Abs(report.Weights!.LogZ.Value - system.LogZ), 0, 4 * report.Weights.LogZ.StandardError);
        Assert.InRange(report.Weights.LogZ.StandardError, 0.0005, 0.02);
    }

    /// <summary>At temperature T the samples of g(z) = 2z are normal of variance 4T, and that is the density they are given.</summary>
    [Fact]
    public void TheDensityOfScaledLatentsIsTheirs()
    {
        var (x, logProb) = Model(h => h / 2, z => 2 * z).SampleWithLogProb(100, null, seed: 1, temperature: 0.25);
        Check.Close(logProb, (-0.5 * x.square().sum(-1)) - (0.5 * Math.Log(2 * Math.PI)), 1e-6);
    }

    private static DensityModel Model(Func<Tensor, Tensor> encoder, Func<Tensor, Tensor> decoder, ILatent? latent = null, Space? space = null)
    {
        space ??= new VectorSpace(1);
        var flow = new FreeFormFlow(new ModuleNetwork(new Elementwise(encoder)), new ModuleNetwork(new Elementwise(decoder)),
            latent ?? new StandardNormal(), space.Dimension);
        var train = new Samples(ones(2, space.Dimension), null) { Space = space };
        var objective = new ObjectiveConfig();
        return DensityModel.Create((_, _) => new Method(flow, new Objective(flow, objective), SettingConditions.Of(objective)), train,
            ColumnScalings.Of(Scaling.None, train.Dimension, train.ConditionDimension), CPU);
    }

    private sealed class Elementwise(Func<Tensor, Tensor> function) : nn.Module<Tensor, Tensor>(nameof(Elementwise))
    {
        public override Tensor forward(Tensor x) => function(x);
    }
}

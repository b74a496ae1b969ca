using FFF.Autodiff;
using FFF.Flows.Matching;
using FFF.Networks;
using FFF.Numerics;
using FFF.Randomness;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Flows.Matching;

public sealed class FlowMatchingTests
{
    private static readonly OdeTolerance Tight = new(1e-11, 1e-11);

    /// <summary>The velocity towards a normal density gives that density, its samples, and latents that are decoded to x.</summary>
    [Fact]
    public void AKnownVelocityHasTheNormalDensity()
    {
        var random = new RandomStream(0);
        var deviation = tensor([0.3, 1, 2.5], float64);
        var flow = new FlowMatching(new GaussianVelocity(deviation), new TimeFeatures(0), 3, Tight);
        var mean = random.Normal([6, 3], float64);
        var z = random.Normal([6, 3], float64);
        var expected = mean + deviation * z;
        var density = (-0.5 * z.square() - 0.5 * Math.Log(2 * Math.PI) - deviation.log()).sum(-1);

        Check.Close(flow.Decode(z, mean), expected, 1e-8);
        Check.Close(flow.Encode(expected, mean), z, 1e-8);
        var (x, logProb) = flow.DecodeWithLogProb(z, mean);
        Check.Close(x, expected, 1e-8);
        Check.Close(logProb, density, 1e-8);

        var likelihood = flow.LogLikelihood(expected, mean);
        Check.Close(likelihood.Encoder, density, 1e-8);
        Check.Close(likelihood.Decoder, density, 1e-8);
        Check.Close(likelihood.Reconstruction, zeros(6, dtype: float64), 1e-16);
    }

    /// <summary>dx/dt = A x turns a standard normal into one of covariance exp(A) exp(A)ᵀ.</summary>
    [Fact]
    public void ALinearVelocityCorrelatesDimensions()
    {
        var matrix = new RandomStream(1).Normal([3, 3], float64);
        var flow = new FlowMatching(new Linear(matrix), new TimeFeatures(2), 3, Tight);
        var x = new RandomStream(2).Normal([5, 3], float64);
        var z = x.matmul(linalg.inv(linalg.matrix_exp(matrix)).t());
        var density = -0.5 * z.square().sum(-1) - 1.5 * Math.Log(2 * Math.PI) - matrix.diagonal(0, 0, 1).sum([0]);
        Check.Close(flow.LogLikelihood(x, null).Encoder, density, 1e-8);
        Check.Close(flow.Decode(z, null), x, 1e-8);
    }

    [Theory]
    [InlineData("dense")]
    [InlineData("residual")]
    public void TheDivergenceAgreesWithFiniteDifferences(string kind)
    {
        const double Step = 1e-5;
        var (flow, x, c) = RandomFlow(kind, dimension: 4);
        var time = new RandomStream(7).Uniform([x.shape[0], 1], float64);
        var (velocity, divergence) = flow.VelocityAndDivergence(x, time, c);
        var expected = zeros_like(time);
        foreach (var (shift, i) in eye(4, dtype: float64).unbind(0).Select((row, i) => (Step * row, i)))
        {
            var difference = flow.Velocity(new Dual(x + shift), time, c).Value - flow.Velocity(new Dual(x - shift), time, c).Value;
            expected += difference.narrow(1, i, 1) / (2 * Step);
        }

        Check.Close(velocity, flow.Velocity(new Dual(x), time, c).Value, 1e-14);
        Check.Close(divergence, expected, 1e-8);
    }

    /// <summary>log p(x) = log p(z) − log|det ∂x/∂z| of the map that decoding is, by finite differences.</summary>
    [Theory]
    [InlineData("dense")]
    [InlineData("residual")]
    public void TheDensityAgreesWithTheMapsDeterminant(string kind)
    {
        using var scope = NewDisposeScope();
        const double Step = 1e-4;
        var (flow, z, c) = RandomFlow(kind, dimension: 3);
        var columns = eye(3, dtype: float64).unbind(0).Select(row => (flow.Decode(z + Step * row, c) - flow.Decode(z - Step * row, c)) / (2 * Step));
        var determinant = linalg.slogdet(stack(columns, -1)).Item2;
        Assert.True(determinant.abs().max().item<double>() > 0.1);

        var (x, logProb) = flow.DecodeWithLogProb(z, c);
        Check.Close(logProb, flow.Latent.LogProb(z) - determinant, 1e-6);

        var likelihood = flow.LogLikelihood(x, c);
        Check.Close(likelihood.Encoder, logProb, 1e-7);
        Check.Close(likelihood.Decoder, logProb, 1e-7);
    }

    /// <summary>With a loose tolerance the reconstruction shows the solver's error, and so do the two densities.</summary>
    [Fact]
    public void TheReconstructionIsComputed()
    {
        var (flow, x, c) = RandomFlow("dense", dimension: 3, new OdeTolerance(0.1, 0.1));
        var (exact, _, _) = RandomFlow("dense", dimension: 3);
        var likelihood = flow.LogLikelihood(x, c);
        Assert.InRange(likelihood.Reconstruction.max().item<double>(), 1e-12, 1e-1);
        Assert.InRange(Check.Difference(likelihood.Encoder, exact.LogLikelihood(x, c).Encoder), 1e-7, 1e-1);
        Assert.InRange(Check.Difference(likelihood.Encoder, likelihood.Decoder), 1e-7, 1e-1);
    }

    /// <summary>Likelihoods of many rows, which are computed in chunks, equal those of some of them.</summary>
    [Fact]
    public void ChunksDoNotMatter()
    {
        const int Dimension = 128;
        var flow = new FlowMatching(new GaussianVelocity(full(Dimension, 0.5, dtype: float64)), new TimeFeatures(0), Dimension, new OdeTolerance(1e-4, 1e-4));
        var (x, mean) = (new RandomStream(3).Normal([20, Dimension], float64), new RandomStream(4).Normal([20, Dimension], float64));
        var all = flow.LogLikelihood(x, mean);
        var last = flow.LogLikelihood(x.narrow(0, 17, 3), mean.narrow(0, 17, 3));
        Check.Close(all.Encoder.narrow(0, 17, 3), last.Encoder, 1e-10);
        Check.Close(all.Decoder.narrow(0, 17, 3), last.Decoder, 1e-10);
        Check.Close(all.Reconstruction.narrow(0, 17, 3), last.Reconstruction, 1e-10);
    }

    /// <summary>The density of a flow with random weights integrates to one: quadrature on a grid.</summary>
    [Fact]
    public void TheDensityIntegratesToOne()
    {
        var (flow, _, _) = RandomFlow("dense", dimension: 2, new OdeTolerance(1e-5, 1e-5));
        Assert.Equal(1, Grid.Integral(x => flow.LogLikelihood(x, tensor([0.5, -1.0], float64).expand(x.shape[0], 2)).Encoder, half: 8, points: 41), 1e-3);
    }

    [Fact]
    public void TheEndsOfTimeDiffer()
    {
        var features = new TimeFeatures(2).Of(tensor([0, 0.25, 1], float64).unsqueeze(1));
        var half = Math.Sqrt(0.5);
        Check.Close(features, tensor([0, 0, 0, 1, 1, 0.25, half, 1, half, 0, 1, 0, 0, -1, 1], float64).view(3, 5), 1e-15);
        Assert.Equal(5, new TimeFeatures(2).Count);
        Check.Close(new TimeFeatures(0).Of(ones(2, 1)), ones(2, 1), 0);
    }

    [Fact]
    public void LeavesNoTensorsBehind()
    {
        var (flow, x, c) = RandomFlow("dense", dimension: 3, new OdeTolerance(1e-3, 1e-3));
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var before = Tensor.TotalCount;
        using (NewDisposeScope())
        {
            flow.Decode(x, c);
            flow.DecodeWithLogProb(x, c);
            flow.LogLikelihood(x, c);
        }

        Assert.Equal(before, Tensor.TotalCount);
    }

    /// <summary>A flow with two conditions and weights far from their small initial ones, and some rows.</summary>
    private static (FlowMatching Flow, Tensor Rows, Tensor Condition) RandomFlow(string kind, int dimension, OdeTolerance? tolerance = null)
    {
        using var random = new RandomStream(5);
        var features = new TimeFeatures(3);
        NetworkConfig config = kind == "dense" ? new DenseOptions { Widths = [20, 20] } : new ResidualOptions { Blocks = 2, Widths = [20] };
        var network = Check.Randomized(config.BuildEncoder(new NetworkPlace(dimension, 2 + features.Count, null, random)), random, scale: 0.3);
        return (new FlowMatching(Check.Double(network), features, dimension, tolerance ?? Tight),
            random.Normal([7, dimension], float64), random.Normal([7, 2], float64));
    }

    private sealed class Linear(Tensor matrix) : nn.Module(nameof(Linear)), INetwork
    {
        public Dual Forward(Dual x, Tensor? condition) => x.Linear(matrix, null);
    }
}

using FFF.Autodiff;
using FFF.Flows;
using FFF.Latents;
using FFF.Networks;
using FFF.Networks.Equivariant;
using FFF.Options;
using FFF.Randomness;
using FFF.Spaces;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Networks.Equivariant;

/// <summary>Tangents and gradients against finite differences, in float64.</summary>
public sealed class EquivariantNetTests
{
    [Theory]
    [InlineData(0, 0, 1.0)]
    [InlineData(3, 0, 1.0)]
    [InlineData(0, 2, 0.0)]
    [InlineData(2, 1, 0.5)]
    public void TangentsAgreeWithFiniteDifferences(int features, int conditions, double normConstant)
    {
        var random = new RandomStream(5);
        var config = ParticleFlows.Small with { NormConstant = normConstant, Attention = features == 0 };
        var network = ParticleFlows.Network(new MeanFreePositions(4, 2), random, features, conditions, config);
        var x = random.Normal([3, 4 * (2 + features)], float64);
        var t = random.Normal([2, 3, 4 * (2 + features)], float64);
        var c = conditions == 0 ? null : random.Normal([3, conditions], float64);
        Check.Tangents(network, x, t, c, 1e-7);
    }

    /// <summary>
    /// The objective with its surrogate's row vector r held where it was, L(θ) = −log p(f(x)) − r·J_f(x)u + β‖x − g(f(x))‖²,
    /// has the gradient that training uses.
    /// </summary>
    [Fact]
    public void TheObjectivesGradientAgreesWithFiniteDifferences()
    {
        const double Beta = 3;
        const double Step = 1e-5;
        var (shape, random) = (new MeanFreePositions(3, 2), new RandomStream(8));
        var flow = ParticleFlows.Flow(shape, random);
        var x = ParticleFlows.Positions(4, shape, random);
        var u = Hutchinson.InSubspace(Hutchinson.Sample(1, 4, flow.DensityDimension, random), flow.Latent.Basis(flow.Dimension, float64, CPU)!);
        var loss = new Objective(flow, new ObjectiveConfig()).Evaluate(x, null, u, Beta, 1).Loss;
        var parameters = flow.parameters().ToArray();
        var gradients = autograd.grad([loss], parameters);

        var z = flow.Encode(x, null).detach().requires_grad_();
        var r = autograd.grad([flow.Decode(z, null)], [z], [u[0]])[0];
        using var noGradient = no_grad();
        double Frozen()
        {
            var f = flow.Encoder.Forward(new Dual(x, u), null);
            var reconstruction = (x - flow.Decode(f.Value, null)).square().sum(-1);
            return (-flow.Latent.LogProb(f.Value) - (r * f.Tangent![0]).sum(-1) + Beta * reconstruction).mean().item<double>();
        }

        foreach (var (parameter, gradient) in parameters.Zip(gradients))
        {
            var direction = random.Normal(parameter.shape, float64);
            parameter.add_(direction, Step);
            var above = Frozen();
            parameter.add_(direction, -2 * Step);
            var below = Frozen();
            parameter.add_(direction, Step);
            var expected = (above - below) / (2 * Step);
            Assert.Equal(expected, (gradient * direction).sum().item<double>(), 1e-6 * Math.Max(1, Math.Abs(expected)));
        }
    }

    /// <summary>Small first moves: with its initial weights the network is close to the identity.</summary>
    [Fact]
    public void ItStartsNearTheIdentity()
    {
        var (shape, random) = (new MeanFreePositions(13, 3), new RandomStream(1));
        var network = Check.Double(new EquivariantNet(new EquivariantOptions(), shape.Nodes!, 0, random));
        var x = ParticleFlows.Positions(8, shape, random);
        var moved = (network.Forward(new Dual(x), null).Value - x).abs().max().item<double>();
        Assert.InRange(moved, 1e-9, 1e-2);
    }

    [Theory]
    [InlineData("egnn")]
    [InlineData("mean-free-normal")]
    public void DataOfNoParticlesAreRefused(string kind)
    {
        var error = Assert.Throws<UnsuitableOptionsException>(() => kind == "egnn"
            ? (object)new EquivariantOptions().BuildEncoder(new NetworkPlace(2, 0, null, new RandomStream(0)))
            : new MeanFreeNormalLatent().Build(null));
        Assert.Contains($"data of particles or molecules for the kind {kind}", error.Message);
    }
}

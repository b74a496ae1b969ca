using FFF.Flows;
using FFF.Latents;
using FFF.Networks;
using FFF.Randomness;
using FFF.Spaces;
using FFF.Tests.Networks.Equivariant;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Flows;

/// <summary>Densities, Hutchinson vectors and noise on the subspace of particles without a mean.</summary>
public sealed class SubspaceTests
{
    private static readonly MeanFreePositions Shape = new(4, 2);
    private static readonly MeanFreeNormal Latent = new(Shape.Nodes!);

    /// <summary>
    /// Positions scaled by s, and their mean by any other factor: on the subspace log p = log N(s x) + (N − 1)·d·log s.
    /// </summary>
    [Fact]
    public void AScalingOfParticlesHasTheClosedFormDensity()
    {
        const double Scale = 1.7;
        var flow = new FreeFormFlow(new ModuleNetwork(new ScaleShape(Scale, 5)), new ModuleNetwork(new ScaleShape(1 / Scale, 3)), Latent, 8);
        var x = ParticleFlows.Positions(6, Shape, new RandomStream(0));
        var expected = -0.5 * Scale * Scale * x.square().sum(-1) - 3 * Math.Log(2 * Math.PI) + 6 * Math.Log(Scale);
        var likelihood = Likelihood.Of(flow, x, null);
        Check.Close(likelihood.Encoder, expected, 1e-12);
        Check.Close(likelihood.Decoder, expected, 1e-12);
        var (samples, logProb) = Likelihood.OfSamples(flow, Scale * x, null);
        Check.Close(samples, x, 1e-12);
        Check.Close(logProb, expected, 1e-12);
    }

    /// <summary>An equivariant network's Jacobian by finite differences, in a basis of another make: relative positions, orthonormalised.</summary>
    [Fact]
    public void DensitiesAgreeWithFiniteDifferencesInAnotherBasis()
    {
        const double Step = 1e-5;
        var random = new RandomStream(4);
        var flow = ParticleFlows.Flow(Shape, random);
        var x = ParticleFlows.Positions(3, Shape, random);
        var relative = zeros(8, 6, dtype: float64);
        for (var i = 0; i < 6; i++)
        {
            relative[i, i] = 1;
            relative[6 + i % 2, i] = -1;
        }

        var basis = linalg.qr(relative).Q;
        Tensor LogDet(Func<Tensor, Tensor> function, Tensor at)
        {
            var columns = basis.t().unbind(0).Select(u => (function(at + Step * u) - function(at - Step * u)) / (2 * Step));
            return linalg.slogdet(matmul(basis.t(), stack(columns, -1))).Item2;
        }

        using var noGradient = no_grad();
        var z = flow.Encode(x, null);
        var latent = new StandardNormal().LogProb(matmul(z, basis));
        var likelihood = Likelihood.Of(flow, x, null);
        Check.Close(likelihood.Encoder, latent + LogDet(y => flow.Encode(y, null), x), 1e-7);
        Check.Close(likelihood.Decoder, latent - LogDet(y => flow.Decode(y, null), z), 1e-7);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(6)]
    public void TheVectorsSecondMomentIsTheProjector(int count)
    {
        const int Samples = 20_000;
        var basis = Latent.Basis(Shape.Particles * Shape.Dimensions, float64, CPU)!;
        var v = Hutchinson.InSubspace(Hutchinson.Sample(count, Samples, (int)basis.shape[1], new RandomStream(2)), basis);
        var projector = matmul(basis, basis.t());
        Check.Close(matmul(v, projector), v, 1e-6);
        Check.Close(einsum("kbi,lbi->bkl", v, v), (6 * eye(count, dtype: float64)).expand(Samples, count, count), 1e-4);

        // With all vectors exact; else the standard error of an entry is below 2/√20000 = 0.014.
        Check.Close(einsum("kbi,kbj->ij", v, v) / (Samples * count), projector, count == 6 ? 1e-5 : 0.06);
    }

    [Fact]
    public void MoreVectorsThanTheSubspaceHasDimensionsAreRefused()
    {
        var flow = ParticleFlows.Flow(Shape, new RandomStream(0));
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new Objective(flow, new ObjectiveConfig { HutchinsonSamples = 7 }));
        Assert.Contains("density has 6 dimensions", error.Message);
    }

    /// <summary>Both forms of the surrogate have the same gradient with all vectors of the subspace.</summary>
    [Fact]
    public void BothFormsAgreeWithAllVectors()
    {
        var random = new RandomStream(6);
        var flow = ParticleFlows.Flow(Shape, random);
        var x = ParticleFlows.Positions(2, Shape, random);
        var basis = Latent.Basis(Shape.Particles * Shape.Dimensions, float64, CPU)!;
        var v = Hutchinson.InSubspace(Hutchinson.Sample(6, 2, (int)basis.shape[1], random), basis);
        var gradients = Enum.GetValues<SurrogateForm>().Select(form => autograd.grad(
            [new Objective(flow, new ObjectiveConfig { Surrogate = form, HutchinsonSamples = 6 }).Evaluate(x, null, v, 7, 1).Loss], [.. flow.parameters()]))
            .ToArray();
        Assert.All(gradients[0].Zip(gradients[1]), pair => Check.Close(pair.First, pair.Second, 1e-5 * Math.Max(1, pair.Second.abs().max().item<double>())));
    }

    /// <summary>The objective's own noise and vectors leave the mean alone, so that the reconstruction does too.</summary>
    [Fact]
    public void NoiseHasNoMean()
    {
        var seen = new RecordingNetwork();
        var flow = new FreeFormFlow(seen, new ModuleNetwork(new ScaleShape(1, 1)), Latent, 8);
        var x = ParticleFlows.Positions(5, Shape, new RandomStream(0)).to(float32);
        _ = new Objective(flow, new ObjectiveConfig { Noise = new FixedSetting { Value = 0.3 } }).Evaluate(new(x, null), 0, 1, 0);
        Check.Close(seen.Last!.Value.view(5, 4, 2).mean([1]), zeros(5, 2), 1e-6);
        Check.Close(seen.Last.Tangent![0].view(5, 4, 2).mean([1]), zeros(5, 2), 1e-6);
    }

    /// <summary>The same noise, of the deviation that the schedule tells.</summary>
    [Fact]
    public void NoiseFollowsItsSchedule()
    {
        var seen = new RecordingNetwork();
        var flow = new FreeFormFlow(seen, new ModuleNetwork(new ScaleShape(1, 1)), Latent, 8);
        var x = ParticleFlows.Positions(5, Shape, new RandomStream(0)).to(float32);
        var objective = new Objective(flow, new ObjectiveConfig { Noise = new ScheduledSetting { From = 0.4, To = 0.1, Until = 0.5 } });
        Tensor NoiseAt(double progress)
        {
            _ = objective.Evaluate(new(x, null), progress, 1, 0);
            return seen.Last!.Value - x;
        }

        var last = NoiseAt(1);
        Assert.InRange(last.std().item<float>(), 0.05f, 0.15f);
        Check.Close(NoiseAt(0), 4 * last, 1e-6);
        Check.Close(NoiseAt(0.25), 2 * last, 1e-6);
        Check.Close(NoiseAt(0.5), last, 1e-6);
    }

    /// <summary>Scales positions around their mean, and the mean.</summary>
    private sealed class ScaleShape(double factor, double mean) : nn.Module<Tensor, Tensor>(nameof(ScaleShape))
    {
        public override Tensor forward(Tensor x)
        {
            var particles = x.view(-1, 4, 2);
            var centre = particles.mean([1], keepdim: true);
            return (factor * (particles - centre) + mean * centre).flatten(1);
        }
    }
}

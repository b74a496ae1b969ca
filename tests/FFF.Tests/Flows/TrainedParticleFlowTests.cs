using FFF.Configuration;
using FFF.Datasets.Table;
using FFF.Flows;
using FFF.Latents;
using FFF.Networks.Equivariant;
using FFF.Randomness;
using FFF.Runs;
using FFF.Spaces;
using FFF.Tests.Networks.Equivariant;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Flows;

/// <summary>A flow on particles, saved and loaded: its checkpoint knows the shape of its rows.</summary>
public sealed class TrainedParticleFlowTests
{
    private static readonly MeanFreePositions Shape = new(4, 2);

    private static readonly Experiment Experiment = new()
    {
        Name = "particles",
        Data = new TableData { Path = "unused.npy" },
        Method = new FreeFormMethod
        {
            Flow = new FlowConfig { Network = new EquivariantOptions { Blocks = 1, Width = 32 }, Latent = new MeanFreeNormalLatent() },
        },
    };

    [Fact]
    public void ItSurvivesSavingAndIsNotStandardised()
    {
        var x = 3 * ParticleFlows.Positions(20, Shape, new RandomStream(0)).to(float32);
        using var trained = ExperimentModel.Create(Experiment, new Samples(x, null) { Space = Shape }, CPU);
        Check.Close(trained.Transformed(new Samples(x, null)).Samples.Data, x, 0);
        using var loaded = ExperimentModel.Load(Experiment,
            trained.Tensors(trained.Flow.named_parameters().ToDictionary(p => p.name, p => (Tensor)p.parameter)), CPU);
        Assert.Equal(Shape, loaded.Space);
        var (samples, logProb) = loaded.SampleWithLogProb(100, null, seed: 1);
        var (expected, expectedLogProb) = trained.SampleWithLogProb(100, null, seed: 1);
        Check.Close(samples, expected, 0);
        Check.Close(logProb, expectedLogProb, 0);
        Check.Close(samples.view(100, 4, 2).mean([1]), zeros(100, 2), 1e-5);
    }

    [Fact]
    public void DataThatAreNoParticlesAreRefused()
    {
        var error = Assert.Throws<ConfigurationException>(() => ExperimentModel.Create(Experiment, new Samples(randn(20, 8), null), CPU));
        Assert.Contains("flow.network", error.Message);
    }
}

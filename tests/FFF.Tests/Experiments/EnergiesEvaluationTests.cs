using System.Text.Json;
using FFF.Configuration;
using FFF.Datasets.Particles;
using FFF.Evaluation.Boltzmann;
using FFF.Evaluations;
using FFF.Evaluations.Boltzmann;
using FFF.Evaluations.Energies;
using FFF.Flows;
using FFF.Latents;
using FFF.Networks.Equivariant;
using FFF.Randomness;
using FFF.Runs;
using FFF.Spaces;
using FFF.Tests.Datasets.Particles;
using FFF.Tests.Formats;
using FFF.Tests.Plots;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Experiments;

/// <summary>The standard normal density as a flow beside springs of stiffness κ: KL(p‖q) = ½ S (1/κ − 1 + log κ), and −log q has the slope 1/κ.</summary>
public sealed class EnergiesEvaluationTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(1.0, false)]
    [InlineData(1.25, false)]
    [InlineData(1.25, true)]
    public void SpringsHaveTheirClosedForms(double stiffness, bool computed)
    {
        var system = new Harmonic(4, 2, stiffness, spread: 1);
        var report = Evaluate(Data(system, 1 / stiffness, 4000, computed)).RootElement;
        var divergence = 3 * ((1 / stiffness) - 1 + Math.Log(stiffness));
        foreach (var side in new[] { report.GetProperty("encoder"), report.GetProperty("decoder") })
        {
            Near(system.LogZ, side.GetProperty("log_z"));
            Near(divergence, side.GetProperty("divergence"));
            Near(3 + system.LogZ, side.GetProperty("entropy"));
            Assert.Equal(1 / stiffness, side.GetProperty("slope").GetProperty("value").GetDouble(), 1e-4);
            Assert.Equal(1, side.GetProperty("correlation").GetDouble(), 1e-6);
        }

        if (computed)
        {
            var bridge = report.GetProperty("bridge");
            Near(system.LogZ, bridge.GetProperty("log_z"));
            Near(divergence, bridge.GetProperty("divergence"));
            Near(system.LogZ, bridge.GetProperty("samples").GetProperty("log_z"));
        }
        else
        {
            Assert.Equal(JsonValueKind.Null, report.GetProperty("bridge").ValueKind);
        }

        Assert.Equal(0, report.GetProperty("doubts").GetArrayLength());

        static void Near(double expected, JsonElement estimate) => Assert.InRange(
            Math.Abs(estimate.GetProperty("value").GetDouble() - expected), 0, (4 * estimate.GetProperty("standard_error").GetDouble()) + 1e-4);
    }

    [Fact]
    public void WhatIsNotToBeTrustedIsTold()
    {
        // A system that is far wider than the flow; energies in another unit; energies of other rows.
        var system = new Harmonic(4, 2, stiffness: 0.05, spread: 1);
        Assert.Contains("of all weight", Doubts(Data(system, 20, 500, computed: false)), StringComparison.Ordinal);
        var data = Data(new Harmonic(4, 2, 1, spread: 1), 1, 500, computed: false);
        Assert.Contains("springs in as many dimensions by 1.73 kT", Doubts(data with { Energies = [.. data.Energies!.Select(u => 4 * u)] }),
            StringComparison.Ordinal);
        Assert.Contains("the data look like those of 4.00 kT", Doubts(data with { Energies = [.. data.Energies!.Select(u => 4 * u)] }),
            StringComparison.Ordinal);
        Assert.Contains("hardly to do with each other", Doubts(data with { Energies = [.. data.Energies!.Skip(1), data.Energies![0]] }),
            StringComparison.Ordinal);
        Assert.Contains("500 are worth", Doubts(data with { Order = [.. Enumerable.Range(0, 500).OrderBy(i => data.Energies![i])] }), StringComparison.Ordinal);
        Assert.Contains("1 row of 500 have an energy or a likelihood that is not finite",
            Doubts(data with { Energies = [double.PositiveInfinity, .. data.Energies!.Skip(1)] }), StringComparison.Ordinal);
        Assert.Contains("have the same energy",
            Assert.Throws<BoltzmannException>(() => Doubts(data with { Energies = new double[500] })).Message, StringComparison.Ordinal);

        string Doubts(BoltzmannData of) => string.Join('\n', Result(of).Doubts);
    }

    [Fact]
    public void ThePictureShowsDataAndSamples()
    {
        var figure = Assert.Single(Result(Data(new Harmonic(4, 2, 1.5, spread: 1), 1 / 1.5, 500, computed: true)).Figures);
        figure.Draw("run", _folder["a.png"]);
        using var png = new Png(_folder["a.png"]);
        Assert.True(png.Vermilion(115, 168, 850, 640) > 200 && png.Blue(115, 168, 850, 640) > 50 && png.Dark(115, 168, 850, 640) > 500);
    }

    private static BoltzmannData Data(Harmonic system, double variance, int count, bool computed)
    {
        var x = (MeanFree.Normal(2 * count, system.Shape, float64, new RandomStream(3)) * Math.Sqrt(variance)).to(float32);
        var held = x.narrow(0, 0, count);
        return new("data", computed ? system : null, system.Shape, "test", held, x.narrow(0, count, count), x, false)
        {
            Energies = computed ? null : BoltzmannGenerator.Energies(system, held),
        };
    }

    private static JsonDocument Evaluate(BoltzmannData data) => JsonDocument.Parse(Result(data).Json);

    private static EvaluationResult Result(BoltzmannData data)
    {
        using var flow = Identity(data.Shape);
        return EnergiesReport.Of(flow, data, new EnergiesEvaluation { Samples = 2000 }, 2, "best", null, CancellationToken.None);
    }

    /// <summary>A flow that is the identity: the standard normal density on the mean-free subspace.</summary>
    private static DensityModel Identity(MeanFreePositions shape)
    {
        var experiment = new Experiment
        {
            Name = "particles",
            Data = new ParticleData { System = ParticleSystemKind.Dw4, Samples = 100, Cache = false },
            Method = new FreeFormMethod
            {
                Flow = new FlowConfig { Network = new EquivariantOptions { Blocks = 1, Sublayers = 1, Width = 8 }, Latent = new MeanFreeNormalLatent() },
            },
        };
        var flow = ExperimentModel.Create(experiment, new Samples(zeros(2, shape.Particles * shape.Dimensions), null) { Space = shape }, CPU);
        using var noGradient = no_grad();
        foreach (var parameter in flow.Flow.parameters())
        {
            parameter.zero_();
        }

        return flow;
    }
}

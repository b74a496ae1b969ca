using FFF.Flows;
using FFF.Latents;
using FFF.Networks;
using FFF.Randomness;
using FFF.Spaces;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Flows;

/// <summary>The reconstructions of latents, of draws and under other conditions.</summary>
public sealed class CyclesTests
{
    private static readonly FixedSetting NoBeta = new() { Value = 1 };

    /// <summary>With f(x) = A x + P c and g(z) = B z + Q c all of them are sums that can be written down.</summary>
    [Theory]
    [InlineData("clean")]
    [InlineData("latents")]
    [InlineData("latents of encoder")]
    [InlineData("drawn latents")]
    [InlineData("drawn data")]
    [InlineData("other conditions")]
    public void OfLinearNetworksTheyAreWhatTheirFormulasSay(string name)
    {
        var random = new RandomStream(3);
        var flow = Linear(random);
        var (a, p, b, q) = (Weight(flow.Encoder, 0, 2), Weight(flow.Encoder, 2, 1), Weight(flow.Decoder, 0, 2), Weight(flow.Decoder, 2, 1));
        var batch = new Batch(random.Normal([5, 2], float64), random.Normal([5, 1], float64));
        var (cycles, expected) = name switch
        {
            "clean" => (new CyclesConfig { Clean = 3 }, null),
            "latents" => (new CyclesConfig { Latents = 3 }, (Func<Tensor, Tensor, Tensor, Tensor>)((x, c, _) => F(x, c) - F(G(F(x, c), c), c))),
            "latents of encoder" => (new CyclesConfig { LatentsOfEncoder = 3 }, (x, c, _) => F(x, c) - F(G(F(x, c), c), c)),
            "drawn latents" => (new CyclesConfig { DrawnLatents = 3 }, (_, c, z) => z - F(G(z, c), c)),
            "drawn data" => (new CyclesConfig { DrawnData = 3 }, (_, c, z) => z - G(F(z, c), c)),
            "other conditions" => (new CyclesConfig { OtherConditions = 3 }, (x, c, _) => x - G(F(x, c.roll(1, 0)), c.roll(1, 0))),
            _ => throw new ArgumentOutOfRangeException(nameof(name)),
        };
        expected ??= (x, c, _) => x - G(F(x, c), c);
        var config = new ObjectiveConfig { Beta = NoBeta, Surrogate = SurrogateForm.Exact };
        var (without, with) = (new Objective(flow, config), new Objective(flow, config with { Cycles = cycles }));
        var drawn = with.Draw(batch, new(0, 0, 0));
        var z = ObjectiveDraws.Of(drawn).Latents?.to(float64);
        Assert.Equal(cycles.Draws, z is not null);
        var difference = with.Evaluate(batch, drawn).Loss - without.Evaluate(batch, without.Draw(batch, new(0, 0, 0))).Loss;
        Check.Close((3 * expected(batch.Data, batch.Condition!, z!).square().sum(-1)).mean(), difference, 1e-9);

        Tensor F(Tensor x, Tensor c) => nn.functional.linear(x, a) + nn.functional.linear(c, p);
        Tensor G(Tensor x, Tensor c) => nn.functional.linear(x, b) + nn.functional.linear(c, q);
    }

    [Fact]
    public void NoiseIsLeftOutOfTheCleanReconstructionAlone()
    {
        var flow = Linear(new RandomStream(3));
        var batch = new Batch(new RandomStream(1).Normal([5, 2], float64), new RandomStream(2).Normal([5, 1], float64));
        var config = new ObjectiveConfig { Beta = NoBeta, Surrogate = SurrogateForm.Exact, Noise = new FixedSetting { Value = 0.5 } };
        var (without, with) = (new Objective(flow, config), new Objective(flow, config with { Cycles = new() { Clean = 1 } }));
        var drawn = without.Draw(batch, new(0, 0, 0));
        var noisy = batch.Data + (0.5 * ObjectiveDraws.Of(drawn).Noise!.to(float64));
        var reconstruction = flow.Decode(flow.Encode(noisy, batch.Condition), batch.Condition);
        Check.Close((batch.Data - reconstruction).square().sum(-1).mean(), with.Evaluate(batch, drawn).Loss - without.Evaluate(batch, drawn).Loss, 1e-9);
    }

    [Fact]
    public void ThatOfTheEncoderLeavesTheDecoderAlone()
    {
        var flow = Linear(new RandomStream(3));
        var batch = new Batch(new RandomStream(1).Normal([5, 2], float64), new RandomStream(2).Normal([5, 1], float64));
        var config = new ObjectiveConfig { Beta = NoBeta, Surrogate = SurrogateForm.Exact };
        Tensor Gradient(CyclesConfig? cycles, INetwork network)
        {
            flow.zero_grad();
            var objective = new Objective(flow, config with { Cycles = cycles });
            objective.Evaluate(batch, objective.Draw(batch, new(0, 0, 0))).Loss.backward();
            return ((nn.Module)network).parameters().First(parameter => parameter.dim() == 2).grad!.clone();
        }

        var cycles = new CyclesConfig { LatentsOfEncoder = 2 };
        Check.Close(Gradient(null, flow.Decoder), Gradient(cycles, flow.Decoder), 1e-12);
        Assert.True((Gradient(null, flow.Encoder) - Gradient(cycles, flow.Encoder)).abs().max().item<double>() > 1e-3);
    }

    /// <summary>Networks go through their kernels several times in one step; float64 has none.</summary>
    [Fact]
    public void InSinglePrecisionTheirGradientsAreThoseOfDouble()
    {
        var cycles = new CyclesConfig { Clean = 0.5, Latents = 1, LatentsOfEncoder = 0.7, DrawnLatents = 2, DrawnData = 0.3, OtherConditions = 1.5 };
        var (single, twofold) = (Gradients(float32), Gradients(float64));
        Check.Close(twofold, single.to(float64), 1e-3 * twofold.abs().max().item<double>());

        Tensor Gradients(ScalarType type)
        {
            var random = new RandomStream(11);
            var options = new DenseOptions { Widths = [64, 64] };
            var flow = new FreeFormFlow(new DenseNet(options, 3, 2, random), new DenseNet(options, 3, 2, random), new StandardNormal(), 3);
            flow.to(type);
            var batch = new Batch(random.Normal([70, 3]).to(type), random.Normal([70, 2]).to(type));
            var objective = new Objective(flow, new ObjectiveConfig { Beta = new FixedSetting { Value = 10 }, Cycles = cycles });
            var drawn = objective.Draw(batch, new(0, 0, 0)).Select(part => part?.to(type)).ToArray();
            objective.Evaluate(batch, drawn).Loss.backward();
            return cat([.. flow.parameters().Select(parameter => parameter.grad!.reshape(-1))], 0);
        }
    }

    private static FreeFormFlow Linear(RandomStream random)
    {
        var options = new DenseOptions { Widths = [] };
        var flow = new FreeFormFlow(new DenseNet(options, 2, 1, random), new DenseNet(options, 2, 1, random), new StandardNormal(), 2);
        flow.to(float64);
        using var noGradient = no_grad();
        foreach (var offset in flow.parameters().Where(parameter => parameter.dim() == 1))
        {
            offset.zero_();
        }

        return flow;
    }

    private static Tensor Weight(INetwork network, long start, long count) =>
        ((nn.Module)network).parameters().Single(parameter => parameter.dim() == 2).detach().narrow(1, start, count);
}

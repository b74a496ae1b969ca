using System.Text.Json.Nodes;
using FFF.Autodiff;
using FFF.Flows;
using FFF.Latents;
using FFF.Networks;
using FFF.Randomness;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Flows;

/// <summary>Agreement with the published PyTorch implementation, in float64 to 1e-10.</summary>
public sealed class ObjectiveOracleTests
{
    private const double Tolerance = 1e-10;
    private readonly JsonObject _oracle = Oracle.Load("objective.json");
    private readonly FreeFormFlow _flow;
    private readonly Tensor _x;

    public ObjectiveOracleTests()
    {
        using var random = new RandomStream(0);
        var network = new DenseOptions { Widths = [5, 5], Identity = true };
        _flow = new FreeFormFlow(new DenseNet(network, 3, 0, random), new DenseNet(network, 3, 0, random), new StandardNormal(), 3);
        _flow.to(float64);
        using var noGradient = no_grad();
        foreach (var (name, parameter) in _flow.named_parameters())
        {
            parameter.copy_(Oracle.Tensor(_oracle["parameters"]![name]!));
        }

        _x = Oracle.Tensor(_oracle["x"]!);
    }

    [Fact]
    public void LatentFormAgrees()
    {
        var v = Oracle.Tensor(_oracle["v"]!).unsqueeze(0);
        var surrogate = Surrogate.LatentForm(_flow, _x, null, v);
        Check.Close(surrogate.Z, Expected("z"), Tolerance);
        Check.Close(surrogate.Reconstruction, Expected("reconstruction"), Tolerance);
        Check.Close(surrogate.Value, Expected("surrogate"), Tolerance);

        var terms = new Objective(_flow, new ObjectiveConfig { Surrogate = SurrogateForm.Latent })
            .Evaluate(_x, null, v, _oracle["beta"]!.GetValue<double>(), 1);
        Check.Close(terms.Loss, Expected("loss").mean(), Tolerance);
        terms.Loss.backward();
        AssertGradients("gradients");
    }

    [Theory]
    [InlineData(SurrogateForm.Latent)]
    [InlineData(SurrogateForm.Data)]
    public void ExpectedSurrogateGradientAgrees(SurrogateForm form)
    {
        // √D times an orthonormal basis, D vectors: the average over them is the expectation.
        var basis = (Math.Sqrt(3) * eye(3, dtype: float64)).unsqueeze(1).expand(3, _x.shape[0], 3);
        var surrogate = form == SurrogateForm.Data ? Surrogate.DataForm(_flow, _x, null, basis) : Surrogate.LatentForm(_flow, _x, null, basis);
        surrogate.Value.mean().backward();
        AssertGradients("surrogate_gradient_expectation");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(null)]
    public void JacobiansAndDeterminantsAgree(int? tangentsPerChunk)
    {
        var (z, encoder) = Jacobians.Of(h => _flow.Encoder.Forward(h, null), _x, tangentsPerChunk);
        var (_, decoder) = Jacobians.Of(h => _flow.Decoder.Forward(h, null), z, tangentsPerChunk);
        Check.Close(encoder, Expected("encoder_jacobian"), Tolerance);
        Check.Close(decoder, Expected("decoder_jacobian"), Tolerance);
    }

    [Fact]
    public void LikelihoodsFollowFromTheOracle()
    {
        var likelihood = Likelihood.Of(_flow, _x, null);
        var z = Expected("z");
        var latent = -0.5 * z.square().sum(-1) - 1.5 * Math.Log(2 * Math.PI);
        Check.Close(likelihood.Encoder, latent + Expected("encoder_logabsdet"), Tolerance);
        Check.Close(likelihood.Decoder, latent - Expected("decoder_logabsdet"), Tolerance);
        Check.Close(likelihood.Reconstruction, (_x - Expected("reconstruction")).square().sum(-1), Tolerance);
    }

    private Tensor Expected(string name) => Oracle.Tensor(_oracle[name]!);

    private void AssertGradients(string name)
    {
        var expected = _oracle[name]!.AsObject();
        var parameters = _flow.named_parameters().ToDictionary(p => p.name, p => (Tensor)p.parameter);
        Assert.NotEmpty(expected);
        Assert.Subset(parameters.Keys.ToHashSet(), expected.Select(gradient => gradient.Key).ToHashSet());
        foreach (var (parameterName, parameter) in parameters)
        {
            // What the oracle does not name has no gradient: the decoder, as far as the surrogate is concerned.
            var gradient = expected.TryGetPropertyValue(parameterName, out var numbers) ? Oracle.Tensor(numbers!) : zeros_like(parameter);
            Check.Close(Check.OrZero(parameter.grad, parameter), gradient, Tolerance);
        }
    }
}

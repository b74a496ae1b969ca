using FFF.Flows;
using FFF.Latents;
using FFF.Spaces;
using FFF.Training;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Training;

public sealed class ValidatorTests
{
    [Fact]
    public void CountsOneSamplesReconstructionByAtMostFiveNats()
    {
        using var scope = NewDisposeScope();
        var likelihood = new Likelihood(tensor(new[] { -1.0, -3, -2, -2 }), tensor(new[] { -2.0, -3, -2, -3 }), tensor(new[] { 0.01, 0.02, 0.01, 1000 }));
        var validator = new Validator(new Samples(zeros(4, 2), null), SettingConditions.None, logDet: 0.5, finalBeta: 100);
        var metrics = validator.Validate(new KnownLikelihood(likelihood));

        Assert.Equal(2 - 0.5, metrics.Nll, 1e-12);
        Assert.Equal(2.5 - 0.5, metrics.NllDecoder, 1e-12);
        Assert.Equal(250.01, metrics.Reconstruction, 1e-12);
        Assert.Equal(2 + ((1 + 2 + 1 + 5) / 4.0), metrics.Objective, 1e-12);
    }

    [Fact]
    public void TellsWhereTheNetworksFold()
    {
        using var scope = NewDisposeScope();
        var likelihood = new Likelihood(zeros(4, float64), zeros(4, float64), zeros(4, float64))
        {
            EncoderSign = tensor(new[] { 1.0, 1, -1, 1 }),
            DecoderSign = tensor(new[] { -1.0, 0, -1, 1 }),
        };
        var metrics = new Validator(new Samples(zeros(4, 2), null), SettingConditions.None, 0, 1).Validate(new KnownLikelihood(likelihood));
        Assert.Equal((0.25, 0.5), (metrics.EncoderOrientation!.DoubtfulShare, metrics.DecoderOrientation!.DoubtfulShare));
    }

    private sealed class KnownLikelihood(Likelihood likelihood) : Flow(nameof(KnownLikelihood))
    {
        public override int Dimension => 2;

        public override ILatent Latent { get; } = new StandardNormal();

        public override Tensor Encode(Tensor x, Tensor? condition) => x;

        public override Tensor Decode(Tensor z, Tensor? condition) => z;

        public override Likelihood LogLikelihood(Tensor x, Tensor? condition) => likelihood;
    }
}

using System.ComponentModel.DataAnnotations;
using FFF.Latents;
using FFF.Options;
using FFF.Outside;
using FFF.Randomness;
using FFF.Spaces;
using static TorchSharp.torch;

[assembly: Kind<LatentConfig, LaplaceLatent>("outside-laplace")]

namespace FFF.Outside;

/// <summary>Independent Laplace components.</summary>
public sealed record LaplaceLatent : LatentConfig
{
    /// <summary>b, the mean of |z|.</summary>
    [Range(1e-3, 1e3)]
    public double Scale { get; init; } = 1;

    public override ILatent Build(NodeLayout? nodes) => new Laplace(Scale);

    private sealed class Laplace(double scale) : ILatent
    {
        public Tensor LogProb(Tensor z) => -(z.abs() / scale).sum(-1) - (z.shape[^1] * Math.Log(2 * scale));

        public Tensor Sample(long count, int dimension, RandomStream random)
        {
            using var scope = NewDisposeScope();
            var u = random.Between(-0.5, 0.5, [count, dimension]);
            return (-scale * u.sign() * (1 - (2 * u.abs()).clamp_max(1 - 1e-6)).log()).MoveToOuterDisposeScope();
        }
    }
}

using FFF.Autodiff;
using FFF.Networks;
using static TorchSharp.torch;

namespace FFF.Tests.Flows.Matching;

/// <summary>
/// The velocity that carries a standard normal to a normal density of mean m and standard deviations s along straight
/// paths: x_t = (1 − t) z + t x is normal with mean t m and variance s_t² = (1 − t)² + t² s², hence
/// v(x, t) = m + (s_t' / s_t) (x − t m) with s_t' s_t = t s² − (1 − t). The mean is the condition.
/// </summary>
internal sealed class GaussianVelocity(Tensor deviation) : nn.Module(nameof(GaussianVelocity)), INetwork
{
    /// <inheritdoc/>
    public Dual Forward(Dual x, Tensor? condition)
    {
        var (mean, t) = (condition!.narrow(1, 0, deviation.shape[0]), condition.narrow(1, deviation.shape[0], 1));
        var slope = (t * deviation.square() - (1 - t)) / ((1 - t).square() + (t * deviation).square());
        return new(mean + slope * (x.Value - t * mean), x.Tangent is { } tangent ? slope * tangent : null);
    }
}

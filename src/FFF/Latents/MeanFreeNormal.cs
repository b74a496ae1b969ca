using FFF.Configuration;
using static TorchSharp.torch;

namespace FFF.Latents;

/// <summary>
/// The standard normal density of N particles in d dimensions whose mean is zero, on that subspace of S = (N − 1)·d
/// dimensions: log p(z) = −½‖z‖² − ½ S log 2π. Invariant under rotations, reflections and permutations.
/// </summary>
/// <param name="shape">N and d.</param>
public sealed class MeanFreeNormal(ParticleShape shape) : ILatent
{
    private readonly Dictionary<(ScalarType, string), Tensor> _bases = [];

    /// <summary>log p(z), differentiable; z without its mean position is what counts of it: [B, N·d] to [B].</summary>
    public Tensor LogProb(Tensor z) =>
        -0.5 * Centred(z).square().sum(-1) - 0.5 * (shape.Particles - 1) * shape.Dimensions * Math.Log(2 * Math.PI);

    /// <inheritdoc/>
    public Tensor Sample(long count, int dimension, Generator generator)
    {
        using var scope = NewDisposeScope();
        return Centred(randn([count, dimension], device: generator.device, generator: generator)).MoveToOuterDisposeScope();
    }

    /// <summary>Helmert's contrasts for each dimension of space: column k compares particle k + 1 with the mean of those before it.</summary>
    /// <inheritdoc/>
    public Tensor? Basis(ScalarType type, Device device)
    {
        if (!_bases.TryGetValue((type, device.ToString()), out var basis))
        {
            using var scope = NewDisposeScope();
            var contrasts = zeros(shape.Particles, shape.Particles - 1, dtype: float64);
            for (var k = 1; k < shape.Particles; k++)
            {
                contrasts.narrow(1, k - 1, 1).narrow(0, 0, k).fill_(1 / Math.Sqrt(k * (k + 1.0)));
                contrasts[k, k - 1] = -k / Math.Sqrt(k * (k + 1.0));
            }

            basis = kron(contrasts, eye(shape.Dimensions, dtype: float64)).to(type).to(device).DetachFromDisposeScope();
            _bases[(type, device.ToString())] = basis;
        }

        return basis;
    }

    private Tensor Centred(Tensor z)
    {
        var particles = z.reshape([.. z.shape[..^1], shape.Particles, shape.Dimensions]);
        return (particles - particles.mean([-2], keepdim: true)).flatten(-2, -1);
    }
}

using FFF.Numerics;
using static TorchSharp.torch;

namespace FFF.Training;

/// <summary>
/// SOAP (Vyas et al., 2024): Adam in the eigenbasis of Shampoo's preconditioner. For each matrix W of weights with gradient g,
/// L ← β₂L + (1−β₂)ggᵀ, R ← β₂R + (1−β₂)gᵀg, W ← W + Q_L Δ Q_Rᵀ, where Δ is <see cref="Adam"/>'s step for the gradient Q_Lᵀ g Q_R.
/// On every k-th step Q_L ← QR((L + sI) Q_L), and Q_R alike (<see cref="BasisSide.Follow"/>), from the identity on, and Adam's mean is turned along; its mean
/// square is not. What is no matrix has Adam's steps. Weight decay is AdamW's.
/// </summary>
internal sealed class Soap : IOptimizer
{
    /// <summary>k, if the configuration has none.</summary>
    private const int BasisEvery = 10;

    private readonly OptimizerConfig _config;
    private readonly IOptimizer _adam;
    private readonly Tensor _mean;
    private readonly EigenBasis[] _bases;
    private readonly Tensor _step;

    /// <summary>Starts with bases that turn nothing.</summary>
    /// <param name="config">β₁, β₂, ε, the decay, and k.</param>
    /// <param name="matrices">Where the matrices are in the flat buffers.</param>
    /// <param name="moments">Adam's, zeros; taken over.</param>
    /// <param name="state">The numbers of the bases, zeros, <see cref="Numbers"/> of them; the caller's, written to.</param>
    public Soap(OptimizerConfig config, IReadOnlyList<MatrixGroup> matrices, AdamMoments moments, Tensor state)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        _config = config;
        _adam = new Adam(config with { Kind = OptimizerKind.AdamW, WeightDecay = 0 }, moments);
        _mean = moments.Mean;
        _step = zeros_like(_mean).DetachFromDisposeScope();
        _bases = [.. matrices.Zip(FlatParameters.Parts(state, matrices.Select(EigenBasis.Numbers)), (group, own) => new EigenBasis(group, own))];
    }

    /// <inheritdoc/>
    public long Updates
    {
        get => _adam.Updates;
        set => _adam.Updates = value;
    }

    /// <summary>How many numbers the bases of such matrices have.</summary>
    public static long Numbers(IEnumerable<MatrixGroup> matrices) => matrices.Sum(EigenBasis.Numbers);

    /// <inheritdoc/>
    public void Update(Tensor parameters, Tensor gradients, StepRates rates) =>
        Update(parameters, gradients, rates, () => _adam.Update(_step, gradients, rates));

    /// <inheritdoc/>
    public void Update(Tensor parameters, Tensor gradients, StepRates rates, Tensor root, Tensor mean) =>
        Update(parameters, gradients, rates, () => _adam.Update(_step, gradients, rates, root, mean));

    /// <inheritdoc/>
    public (double Root, double Mean) CorrectionsAt(long t, double beta1) => _adam.CorrectionsAt(t, beta1);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var basis in _bases)
        {
            basis.Dispose();
        }

        _adam.Dispose();
        _step.Dispose();
    }

    private void Update(Tensor parameters, Tensor gradients, StepRates rates, Action takeStep)
    {
        using var noGradient = no_grad();
        foreach (var basis in _bases)
        {
            basis.Observe(gradients, _config.Beta2);
            if (rates.Step % (_config.BasisEvery ?? BasisEvery) == 0)
            {
                basis.Follow(_mean);
            }

            basis.Into(gradients);
        }

        _step.zero_();
        takeStep();
        foreach (var basis in _bases)
        {
            basis.Back(_step);
        }

        if (_config.WeightDecay > 0)
        {
            parameters.mul_(1 - (rates.LearningRate * _config.WeightDecay));
        }

        parameters.add_(_step);
    }
}

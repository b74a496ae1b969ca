using static TorchSharp.torch;

namespace FFF.Training;

/// <summary>Makes one step after another against a gradient, on parameters and gradients in flat buffers.</summary>
internal interface IOptimizer : IDisposable
{
    /// <summary>t, the updates made.</summary>
    long Updates { get; set; }

    /// <summary>Updates the parameters in place.</summary>
    /// <param name="parameters">θ, [P].</param>
    /// <param name="gradients">g, [P]; overwritten.</param>
    /// <param name="rates">What the schedules give the step.</param>
    void Update(Tensor parameters, Tensor gradients, StepRates rates);

    /// <summary>The same where only the device knows how many updates were made before; <see cref="Updates"/> does not count it.</summary>
    /// <param name="parameters">θ, [P].</param>
    /// <param name="gradients">g, [P]; overwritten.</param>
    /// <param name="rates">What the schedules give the step.</param>
    /// <param name="root">√(1−β₂ᵗ), [], in float64.</param>
    /// <param name="mean">1−β₁ᵗ, [], in float64.</param>
    void Update(Tensor parameters, Tensor gradients, StepRates rates, Tensor root, Tensor mean);

    /// <inheritdoc cref="Kernels.AdamRule.CorrectionsAt"/>
    (double Root, double Mean) CorrectionsAt(long t, double beta1);
}

using static TorchSharp.torch;

namespace FFF.Tests.Datasets.Sbi;

/// <summary>Gradients by central differences, for simulators that are not differentiated.</summary>
internal static class Slopes
{
    private const double Step = 2e-3;

    /// <summary>∂f/∂u at each row of u: [N, D] to [N, D].</summary>
    /// <param name="function">f, [N, D] to [N].</param>
    /// <param name="at">u, [N, D], float64.</param>
    public static Tensor Of(Func<Tensor, Tensor> function, Tensor at)
    {
        var columns = Enumerable.Range(0, (int)at.shape[1]).Select(i =>
        {
            var step = zeros_like(at);
            step.select(1, i).fill_(Step);
            return (function(at + step) - function(at - step)) / (2 * Step);
        });
        return stack(columns, 1);
    }
}

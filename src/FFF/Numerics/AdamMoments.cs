using FFF.Kernels;
using FFF.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace FFF.Numerics;

/// <summary>The moments of Adam (<see cref="AdamRule"/>) as tensors.</summary>
internal sealed class AdamMoments : IDisposable
{
    /// <summary>So many are one thread's work at least: fewer are done before another has woken.</summary>
    private const long NumbersOfPart = 1 << 17;

    /// <summary>Zeros for parameters like these.</summary>
    public AdamMoments(Tensor parameters)
    {
        Mean = zeros_like(parameters).DetachFromDisposeScope();
        Square = zeros_like(parameters).DetachFromDisposeScope();
    }

    /// <summary>m.</summary>
    public Tensor Mean { get; private set; }

    /// <summary>v.</summary>
    public Tensor Square { get; private set; }

    /// <summary>Updates the parameters in place.</summary>
    /// <param name="parameters">θ.</param>
    /// <param name="gradients">g.</param>
    /// <param name="step">The numbers of the update.</param>
    public void Update(Tensor parameters, Tensor gradients, AdamStep step)
    {
        if (FusedKernels.AreUsed && new[] { parameters, gradients, Mean, Square }.All(IsPlain))
        {
            Pass(FusedKernels.Chosen!, parameters, gradients, step);
            return;
        }

        using Scalar keptMean = step.KeptMean, newMean = step.NewMean, keptSquare = step.KeptSquare, newSquare = step.NewSquare;
        using Scalar rate = -step.Rate, epsilon = step.Epsilon, one = 1.0;
        using var scope = NewDisposeScope();
        Mean.mul_(keptMean).add_(gradients, newMean);
        Square.mul_(keptSquare).addcmul_(gradients, gradients, newSquare);
        parameters.addcdiv_(Mean, Square.sqrt().add_(epsilon, one), rate);
    }

    private static bool IsPlain(Tensor tensor) =>
        tensor.device_type == DeviceType.CPU && tensor.dtype == ScalarType.Float32 && tensor.is_contiguous();

    /// <summary>All of it in one pass over memory, which takes a fourth of the time of one after the other.</summary>
    private unsafe void Pass(ICpuKernels kernels, Tensor parameters, Tensor gradients, AdamStep step)
    {
        var count = parameters.numel();
        var parts = (int)Math.Clamp(count / NumbersOfPart, 1, get_num_threads());
        float* p = (float*)TensorMemory.Address(parameters), g = (float*)TensorMemory.Address(gradients);
        float* m = (float*)TensorMemory.Address(Mean), v = (float*)TensorMemory.Address(Square);
        KernelThreads.Run(parts, part =>
        {
            var (first, end) = (count * part / parts, count * (part + 1) / parts);
            kernels.Adam(step, p + first, m + first, v + first, g + first, end - first);
        });
        GC.KeepAlive(parameters);
        GC.KeepAlive(gradients);
        GC.KeepAlive(this);
    }

    /// <summary>Keeps what belongs to the given rows of the parameters only.</summary>
    public void Keep(Tensor rows)
    {
        using var mean = Mean;
        using var square = Square;
        Mean = mean.index_select(0, rows).DetachFromDisposeScope();
        Square = square.index_select(0, rows).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Mean.Dispose();
        Square.Dispose();
    }
}

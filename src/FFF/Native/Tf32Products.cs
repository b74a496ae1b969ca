using static TorchSharp.torch;

namespace FFF.Native;

/// <summary>Lets matrix products on CUDA devices round their factors to TF32 until it is disposed of.</summary>
internal sealed class Tf32Products : IDisposable
{
    private readonly bool _before = backends.cuda.matmul.allow_tf32;

    /// <summary>Begins, for the whole process.</summary>
    public Tf32Products() => backends.cuda.matmul.allow_tf32 = true;

    /// <inheritdoc/>
    public void Dispose() => backends.cuda.matmul.allow_tf32 = _before;
}

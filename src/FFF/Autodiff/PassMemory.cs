using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace FFF.Autodiff;

/// <summary>
/// What nodes of one's own keep for their way back on a GPU, freed when a training step is over, and what went wrong on that way.
/// </summary>
/// <remarks>
/// libtorch frees what its own nodes keep. TorchSharp's live until a garbage collection, which knows nothing of a GPU's memory; and an exception
/// that leaves one of them ends the process.
/// </remarks>
internal sealed class PassMemory : IDisposable
{
    private readonly PassMemory? _before = Current;
    private readonly List<Tensor> _kept = [];
    private volatile ExceptionDispatchInfo? _failure;

    /// <summary>Begins for the nodes that are made on this thread.</summary>
    public PassMemory() => Current = this;

    /// <summary>That of the step under way on this thread; null where none is.</summary>
    [field: ThreadStatic]
    public static PassMemory? Current { get; private set; }

    /// <summary>Takes tensors over; without a step under way they live until their tape is collected.</summary>
    public static Tape Keep(Tensor[] tensors)
    {
        foreach (var tensor in tensors)
        {
            tensor.DetachFromDisposeScope();
        }

        Current?._kept.AddRange(tensors);
        return Current is null && tensors.Length > 0 ? new CollectedTape(tensors) : new Tape(tensors);
    }

    /// <summary>Tensors that a node keeps.</summary>
    internal class Tape(Tensor[] tensors)
    {
        /// <summary>The tensors.</summary>
        public Tensor[] Tensors => tensors;
    }

    /// <summary>Tells the garbage collector how much it would free.</summary>
    private sealed class CollectedTape : Tape
    {
        private readonly long _bytes;

        public CollectedTape(Tensor[] tensors)
            : base(tensors)
        {
            _bytes = Math.Max(1, tensors.Sum(tensor => tensor.numel() * tensor.element_size()));
            GC.AddMemoryPressure(_bytes);
        }

        ~CollectedTape()
        {
            foreach (var tensor in Tensors)
            {
                tensor.Dispose();
            }

            GC.RemoveMemoryPressure(_bytes);
        }
    }

    /// <summary>Goes a way back for a node; what goes wrong is kept, and undefined gradients go on in its place.</summary>
    /// <param name="memory">What was current when the node was made; where there was none, errors stay what they are.</param>
    /// <param name="inputs">How many gradients the node gives.</param>
    /// <param name="back">The way back.</param>
    public static List<Tensor> Guard(PassMemory? memory, int inputs, Func<List<Tensor>> back)
    {
        try
        {
            return back();
        }
        catch (Exception e) when (memory is not null)
        {
            memory._failure ??= ExceptionDispatchInfo.Capture(e);
            return [.. new Tensor[inputs]];
        }
    }

    /// <summary>Throws what went wrong on a way back, if anything did.</summary>
    public void ThrowIfFailed() => _failure?.Throw();

    /// <inheritdoc/>
    public void Dispose()
    {
        Current = _before;
        foreach (var tensor in _kept)
        {
            tensor.Dispose();
        }
    }
}

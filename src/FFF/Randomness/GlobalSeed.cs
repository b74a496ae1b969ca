using static TorchSharp.torch;

namespace FFF.Randomness;

/// <summary>
/// Seeds libtorch's global generator, from which TorchSharp's own layers draw their initial weights, until it is disposed of; then the generator is
/// as it was. One thread at a time has it.
/// </summary>
internal sealed class GlobalSeed : IDisposable
{
    private static readonly Lock Gate = new();

    private readonly Tensor _before;

    public GlobalSeed(long seed)
    {
        Gate.Enter();
        using var stream = new RandomStream((ulong)seed);
        using var state = stream.State();
        _before = Generator.Default.get_state().DetachFromDisposeScope();
        Generator.Default.set_state(state);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Generator.Default.set_state(_before);
        _before.Dispose();
        Gate.Exit();
    }
}

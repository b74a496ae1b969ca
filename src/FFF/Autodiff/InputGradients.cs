namespace FFF.Autodiff;

/// <summary>
/// Lets nodes of one's own leave out the gradients of parameters where only those of inputs are asked for, as in a
/// vector-Jacobian product. libtorch knows what is asked for, but TorchSharp does not pass it on.
/// </summary>
/// <remarks>
/// Such nodes are for the CPU. libtorch runs the CPU's part of a backward pass on the thread that asks for it, even where the pass begins on
/// another device, whose own part runs on a thread of that device.
/// </remarks>
internal static class InputGradients
{
    /// <summary>Whether the backward pass under way on this thread leaves out the gradients of parameters.</summary>
    [field: ThreadStatic]
    public static bool Only { get; private set; }

    /// <summary>Computes gradients with respect to inputs; no parameter may be asked for in it.</summary>
    public static T Of<T>(Func<T> gradients)
    {
        var before = Only;
        Only = true;
        try
        {
            return gradients();
        }
        finally
        {
            Only = before;
        }
    }
}

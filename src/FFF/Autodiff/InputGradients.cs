namespace FFF.Autodiff;

/// <summary>
/// Lets nodes of one's own leave out the gradients of parameters where only those of inputs are asked for, as in a
/// vector-Jacobian product. libtorch knows what is asked for, but TorchSharp does not pass it on.
/// </summary>
/// <remarks>
/// Nodes keep the object that was current when they were made, and ask it on their way back, whatever thread that is on: the way back of a GPU has
/// a thread of its own, and other threads may be on other ways back.
/// </remarks>
internal sealed class InputGradients
{
    private static readonly InputGradients All = new();

    private volatile bool _only;

    /// <summary>What nodes made on this thread now are to ask.</summary>
    public static InputGradients Current => Chosen ?? All;

    [field: ThreadStatic]
    private static InputGradients? Chosen { get; set; }

    /// <summary>Whether the way back that is under way leaves out the gradients of parameters.</summary>
    public bool Only => _only;

    /// <summary>Makes nodes that will ask this object.</summary>
    public T While<T>(Func<T> forward)
    {
        var before = Chosen;
        Chosen = this;
        try
        {
            return forward();
        }
        finally
        {
            Chosen = before;
        }
    }

    /// <summary>Computes gradients with respect to inputs through nodes that ask this object; no parameter may be asked for in it.</summary>
    public T Of<T>(Func<T> gradients)
    {
        _only = true;
        try
        {
            return gradients();
        }
        finally
        {
            _only = false;
        }
    }
}

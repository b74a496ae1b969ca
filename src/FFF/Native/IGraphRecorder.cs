using static TorchSharp.torch;

namespace FFF.Native;

/// <summary>Records what is launched on a device.</summary>
internal interface IGraphRecorder
{
    /// <summary>
    /// Carries an action out where recordings are made. What libtorch makes of parameters in a way back, and keeps, stays there: a recording could
    /// not use it otherwise.
    /// </summary>
    T Unrecorded<T>(Func<T> action);

    /// <summary>Records what an action launches, without its being done; before that, the action may be carried out to warm up.</summary>
    /// <param name="action">
    /// Has been carried out before; launches the same on the same memory each time, and gives its result; it must not read from the device, nor copy to it.
    /// </param>
    /// <exception cref="GraphException">It cannot be recorded.</exception>
    IGraphRecording Record(Func<Tensor> action);
}

/// <summary>What was recorded.</summary>
internal interface IGraphRecording : IDisposable
{
    /// <summary>Kernels, copies and fills that it is made of.</summary>
    long Launches { get; }

    /// <summary>What each launch writes its result into.</summary>
    Tensor Result { get; }

    /// <summary>Launches all of it, with what is now in the memory that it reads.</summary>
    void Replay();
}

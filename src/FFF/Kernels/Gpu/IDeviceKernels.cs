namespace FFF.Kernels.Gpu;

/// <summary>Launches kernels of graphs.cu.</summary>
internal interface IDeviceKernels
{
    /// <summary>Launches a kernel on the stream that libtorch computes on.</summary>
    /// <param name="kernel">Its name.</param>
    /// <param name="items">How many items it goes over, each by one thread.</param>
    /// <param name="arguments">In the kernel's order; their tensors stay until it is launched.</param>
    void Launch(string kernel, long items, params ReadOnlySpan<KernelArgument> arguments);

    /// <summary>The same, where each item is shared by the lanes of a warp.</summary>
    /// <inheritdoc cref="Launch"/>
    void LaunchByWarp(string kernel, long items, params ReadOnlySpan<KernelArgument> arguments);
}

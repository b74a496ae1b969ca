using FFF.Errors;

namespace FFF.Native;

/// <summary>Kernels of our own cannot be compiled or launched on a device.</summary>
internal sealed class KernelException(string message) : FreeFormFlowException(message);

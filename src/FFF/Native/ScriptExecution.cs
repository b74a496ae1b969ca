using System.Runtime.InteropServices;

namespace FFF.Native;

/// <summary>
/// Lets TorchScript run modules as they are written. Otherwise it rewrites them once it has seen them run: the same module gives other
/// last digits from its second call on, so that a training that was interrupted would not go on to the same bits, and derivatives of
/// derivatives would come from formulas of its own.
/// </summary>
internal static class ScriptExecution
{
    /// <summary><c>std::atomic&lt;bool&gt;&amp; torch::jit::getProfilingMode()</c>, as compilers for Unix and for Windows call it.</summary>
    private static readonly string ProfilingMode = OperatingSystem.IsWindows()
        ? "?getProfilingMode@jit@torch@@YAAEAU?$atomic@_N@std@@XZ"
        : "_ZN5torch3jit16getProfilingModeEv";

    private static readonly Lazy<bool> Done = new(Switch);

    /// <summary>Switches it for this process.</summary>
    /// <returns>Whether it could be: a libtorch that is not the one TorchSharp was made for may not have the switch.</returns>
    public static bool RunAsWritten() => Done.Value;

    private static unsafe bool Switch()
    {
        var library = NativeLibrary.Load(Libtorch.FileOf("torch_cpu")); // It is there already.
        if (!NativeLibrary.TryGetExport(library, ProfilingMode, out var function))
        {
            return false;
        }

        Volatile.Write(ref *((delegate* unmanaged<bool*>)function)(), false);
        return true;
    }
}

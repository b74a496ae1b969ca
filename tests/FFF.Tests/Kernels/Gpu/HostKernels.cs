using System.Diagnostics;
using System.Runtime.InteropServices;
using FFF.Kernels.Gpu;
using Xunit;

namespace FFF.Tests.Kernels.Gpu;

/// <summary>The kernels of a GPU, compiled for the processor by g++, where there is one.</summary>
internal sealed unsafe class HostKernels : IDeviceKernels
{
    private static readonly Lazy<HostKernels?> Compiled = new(Compile);

    private readonly delegate* unmanaged<byte*, ulong*, int, int> _launch;

    private HostKernels(nint library) => _launch = (delegate* unmanaged<byte*, ulong*, int, int>)NativeLibrary.GetExport(library, "launch");

    /// <summary>Compiled once per process.</summary>
    public static HostKernels OrSkip()
    {
        Assert.SkipWhen(Compiled.Value is null, "There is no g++, which compiles a GPU's kernels for the processor.");
        return Compiled.Value!;
    }

    public void Launch(string kernel, long items, params ReadOnlySpan<KernelArgument> arguments)
    {
        var slots = stackalloc ulong[arguments.Length];
        for (var i = 0; i < arguments.Length; i++)
        {
            slots[i] = arguments[i].Bits;
        }

        fixed (byte* name = System.Text.Encoding.UTF8.GetBytes(kernel + '\0'))
        {
            Assert.True(_launch(name, slots, arguments.Length) == 1, $"There is no kernel {kernel} with {arguments.Length} arguments.");
        }

        KernelArgument.Keep(arguments);
    }

    public void LaunchByWarp(string kernel, long items, params ReadOnlySpan<KernelArgument> arguments) => Launch(kernel, items, arguments);

    private static HostKernels? Compile()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "Kernels", "Gpu");
        var library = Path.Combine(Path.GetTempPath(), $"fff-host-kernels-{Environment.ProcessId}.so");
        try
        {
            var start = new ProcessStartInfo("g++", ["-O2", "-Wall", "-Werror", "-shared", "-fPIC", "-o", library, Path.Combine(folder, "host.cpp")])
            {
                RedirectStandardError = true,
            };
            using var compiler = Process.Start(start)!;
            var messages = compiler.StandardError.ReadToEnd();
            compiler.WaitForExit();
            Assert.True(compiler.ExitCode == 0, messages);
            return new HostKernels(NativeLibrary.Load(library));
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
        finally
        {
            File.Delete(library);
        }
    }
}

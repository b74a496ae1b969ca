using System.Runtime.InteropServices;
using System.Text;
using FFF.Native;

namespace FFF.Kernels.Gpu;

/// <summary>Compiles graphs.cu by NVRTC, NVIDIA's compiler that libtorch for CUDA brings.</summary>
internal static unsafe class KernelCompiler
{
    private const string Source = "graphs.cu";

    /// <summary>Code for a device.</summary>
    /// <param name="capability">Its compute capability, such as (9, 0).</param>
    /// <exception cref="KernelException">It cannot be compiled.</exception>
    /// <exception cref="DllNotFoundException">There is no NVRTC.</exception>
    public static byte[] Compile((int Major, int Minor) capability)
    {
        var library = Find() ?? throw new DllNotFoundException("NVRTC, which compiles kernels, was not found beside libtorch");
        nint Export(string name) => NativeLibrary.GetExport(library, name);
        var create = (delegate* unmanaged<nint*, byte*, byte*, int, byte**, byte**, int>)Export("nvrtcCreateProgram");
        var compile = (delegate* unmanaged<nint, int, byte**, int>)Export("nvrtcCompileProgram");
        var codeSize = (delegate* unmanaged<nint, nuint*, int>)Export("nvrtcGetCUBINSize");
        var code = (delegate* unmanaged<nint, byte*, int>)Export("nvrtcGetCUBIN");
        var logSize = (delegate* unmanaged<nint, nuint*, int>)Export("nvrtcGetProgramLogSize");
        var log = (delegate* unmanaged<nint, byte*, int>)Export("nvrtcGetProgramLog");
        var destroy = (delegate* unmanaged<nint*, int>)Export("nvrtcDestroyProgram");

        nint program;
        nuint size;
        fixed (byte* source = Text(Read()), name = Text(Source), option = Text($"--gpu-architecture=sm_{capability.Major}{capability.Minor}"))
        {
            if (create(&program, source, name, 0, null, null) is not 0 and var error)
            {
                throw new KernelException($"NVRTC gives error {error} for {Source}.");
            }

            try
            {
                var options = option;
                if (compile(program, 1, &options) is not 0 and var failed)
                {
                    logSize(program, &size);
                    var message = new byte[size];
                    fixed (byte* text = message)
                    {
                        log(program, text);
                    }

                    throw new KernelException($"NVRTC gives error {failed} for {Source}: {Encoding.UTF8.GetString(message).Split('\n')[0].TrimEnd('\0')}");
                }

                codeSize(program, &size);
                var compiled = new byte[size];
                fixed (byte* bytes = compiled)
                {
                    code(program, bytes);
                }

                return compiled;
            }
            finally
            {
                destroy(&program);
            }
        }
    }

    private static nint? Find()
    {
        var folder = Libtorch.Load().Folder;
        var (pattern, beside) = OperatingSystem.IsWindows() ? ("nvrtc64_*.dll", "bin") : ("libnvrtc*.so*", "lib");
        var packages = Path.GetFullPath(Path.Combine(folder, "..", "..", "nvidia"));
        string[] folders = [folder, .. Directory.Exists(packages) ? Directory.GetDirectories(packages).Select(part => Path.Combine(part, beside)) : []];
        var files = folders.Where(Directory.Exists).SelectMany(place => Directory.GetFiles(place, pattern))
            .Where(file => !Path.GetFileName(file).Contains("builtins", StringComparison.Ordinal) && !file.Contains(".alt.", StringComparison.Ordinal));
        foreach (var file in files)
        {
            if (NativeLibrary.TryLoad(file, out var handle))
            {
                return handle;
            }
        }

        return null;
    }

    private static string Read()
    {
        using var reader = new StreamReader(typeof(KernelCompiler).Assembly.GetManifestResourceStream(Source)!);
        return reader.ReadToEnd();
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text + '\0');
}

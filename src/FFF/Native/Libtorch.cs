using System.Reflection;
using System.Runtime.InteropServices;
using FFF.Errors;
using FFF.Formats;
using TorchSharp;

namespace FFF.Native;

/// <summary>What was loaded as libtorch, and how.</summary>
/// <param name="Folder">The folder that holds libtorch.</param>
/// <param name="Version">Its version, where the folder tells it; otherwise the one TorchSharp was built for.</param>
/// <param name="Patched">Whether TorchSharp's native library was adapted to an older C++ runtime.</param>
/// <param name="FastMkl">Whether MKL's fast path was enabled on a processor of another maker.</param>
/// <param name="FromEnvironment">Whether <c>FFF_LIBTORCH</c> named the folder.</param>
/// <param name="CudaProblem">Why CUDA's part of it, which is there, could not be loaded; null where it was, or is not there.</param>
/// <param name="Wrapper">TorchSharp's native library, or the adapted copy of it, that was loaded.</param>
/// <param name="KeepsObjects">Whether TorchSharp is the woven one, which lets no collection free what native code still reads.</param>
public sealed record LibtorchInfo(string Folder, string Version, bool Patched, bool FastMkl, bool FromEnvironment, string Wrapper, bool KeepsObjects,
    string? CudaProblem = null);

/// <summary>libtorch could not be loaded; the message is one paragraph that names the remedy.</summary>
public sealed class LibtorchException(string message, Exception? inner = null) : FreeFormFlowException(message, inner);

/// <summary>Finds libtorch and loads it, before TorchSharp looks for it.</summary>
public static class Libtorch
{
    /// <summary>The environment variable that names the <c>lib</c> folder of an existing PyTorch.</summary>
    public const string FolderVariable = "FFF_LIBTORCH";

    private static readonly Lazy<LibtorchInfo> Loaded = new(LoadOnce);

    /// <summary>
    /// Loads libtorch once per process. What fits or reads a model calls it; a program that makes tensors before calls it itself, before the first one.
    /// </summary>
    /// <exception cref="LibtorchException">It is missing or does not fit this system.</exception>
    public static LibtorchInfo Load() => Loaded.Value;

    /// <summary>The file of one of its libraries, such as torch_cpu.</summary>
    internal static string FileOf(string library) => Path.Combine(Load().Folder, FileName(library));

    private static LibtorchInfo LoadOnce()
    {
        var named = Environment.GetEnvironmentVariable(FolderVariable);
        var fromEnvironment = !string.IsNullOrEmpty(named);
        var searched = SearchFolders();
        var folder = fromEnvironment
            ? Path.GetFullPath(HomeFolder.Expand(named!))
            : searched.FirstOrDefault(f => File.Exists(Path.Combine(f, FileName("torch_cpu"))));
        if (folder is null || !File.Exists(Path.Combine(folder, FileName("torch_cpu"))))
        {
            throw new LibtorchException(fromEnvironment
                ? $"{FolderVariable} names '{folder}', but there is no {FileName("torch_cpu")} in it. "
                    + $"Set it to the 'lib' folder of a PyTorch {PackageVersion} installation: python3 -c \"import torch, os; "
                    + "print(os.path.join(os.path.dirname(torch.__file__), 'lib'))\""
                : $"libtorch was not found beside the program (looked in {string.Join(", ", searched)}). "
                    + $"Build with 'dotnet build -p:TorchBackend=cpu', or set {FolderVariable} to the 'lib' folder of a PyTorch {PackageVersion} "
                    + "installation.");
        }

        var wrapper = searched.Select(f => Path.Combine(f, FileName("LibTorchSharp"))).FirstOrDefault(File.Exists)
            ?? throw new LibtorchException($"TorchSharp's native library {FileName("LibTorchSharp")} was not found beside the program (looked in "
                + $"{string.Join(", ", searched)}). Build the program again.");

        HeapRetention.Enable();
        OpenMp.Prepare();
        RefuseSecondLibtorch(folder);
        try
        {
            // Named by its Python package, PyTorch finds CUDA's libraries through this one.
            NativeLibrary.TryLoad(Path.Combine(folder, FileName("torch_global_deps")), out _);
            var torchCpu = NativeLibrary.Load(Path.Combine(folder, FileName("torch_cpu")));
            var fastMkl = MklDispatch.EnableFastPath(torchCpu);
            var cudaProblem = LoadCuda(folder);
            var (handle, loaded) = LoadWrapper(wrapper);
            NativeLibrary.SetDllImportResolver(typeof(torch).Assembly, (name, _, _) => name == "LibTorchSharp" ? handle : 0);
            return new LibtorchInfo(folder, VersionOf(folder), loaded != wrapper, fastMkl, fromEnvironment, loaded, KeepsObjects(), cudaProblem);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException or IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new LibtorchException($"libtorch in '{folder}' could not be loaded: {LastLine(e.Message)} TorchSharp "
                    + $"{typeof(torch).Assembly.GetName().Version} needs libtorch {PackageVersion} or one compatible with it. "
                    + $"Set {FolderVariable} to the 'lib' folder of such a PyTorch, or build with -p:TorchBackend=cpu.{WindowsRuntime}",
                e);
        }
    }

    /// <summary>Whether the step of the build in FreeFormFlows.targets has marked the TorchSharp that runs.</summary>
    private static bool KeepsObjects() =>
        typeof(torch).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Any(attribute => attribute.Key == "FreeFormFlows.KeepsNativeObjects");

    /// <summary>The libtorch version that the referenced TorchSharp was made for. Asking TorchSharp would make it load one.</summary>
    public const string PackageVersion = "2.10.0";

    /// <summary>
    /// Loads what a libtorch for CUDA has besides. Without a driver that should succeed too; where it does not, the CPU's part is
    /// there still, and TorchSharp's library asks for no more.
    /// </summary>
    /// <returns>Why it could not be loaded; null where it was, or is not there.</returns>
    private static string? LoadCuda(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            // Compiles kernels while the program runs. libtorch asks for it by name, which is looked for beside the program
            // only; and it links the driver, so that it loads only where there is one.
            NativeLibrary.TryLoad(Path.Combine(folder, FileName("caffe2_nvrtc")), out _);
        }

        try
        {
            foreach (var path in from name in (string[])["c10_cuda", "torch_cuda", "torch"]
                                 select Path.Combine(folder, FileName(name)) into path
                                 where File.Exists(path)
                                 select path)
            {
                NativeLibrary.Load(path);
            }

            return null;
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException && File.Exists(Path.Combine(folder, FileName("torch_cuda"))))
        {
            return LastLine(e.Message);
        }
    }

    /// <summary>Loads TorchSharp's native library; where the C++ runtime is too old, an adapted copy in a cache folder.</summary>
    private static (nint Handle, string Path) LoadWrapper(string path)
    {
        try
        {
            return (NativeLibrary.Load(path), path);
        }
        catch (DllNotFoundException e) when (OperatingSystem.IsLinux() && e.Message.Contains("GLIBCXX_3.4.3", StringComparison.Ordinal))
        {
            var image = File.ReadAllBytes(path);
            var key = FileDigest.Sha256(image)[..16];
            if (!GlibcxxPatch.Apply(image))
            {
                throw;
            }

            var copy = LibraryCopy.Keep(image, key, Path.GetFileName(path));
            return (NativeLibrary.Load(copy), copy);
        }
    }

    /// <summary>
    /// As soon as it is touched, TorchSharp loads torch_cpu by name from where the host looks. On Linux ours lies elsewhere,
    /// so that name means what is loaded already; where another one is in its way, two would end the process.
    /// </summary>
    private static void RefuseSecondLibtorch(string folder)
    {
        var hostFolders = ((AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string) ?? "").Split(Path.PathSeparator,
            StringSplitOptions.RemoveEmptyEntries);
        var other = hostFolders.Select(Path.TrimEndingDirectorySeparator).FirstOrDefault(f => File.Exists(Path.Combine(f, FileName("torch_cpu"))));
        if (other is not null && Path.GetFullPath(other) != folder)
        {
            throw new LibtorchException($"{FolderVariable} names '{folder}', but this build brings a libtorch of its own in '{other}', "
                + $"which would be loaded too. Unset {FolderVariable}, or build with -p:TorchBackend=none, which brings none.");
        }
    }

    private static string[] SearchFolders() =>
        [.. ((AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string) ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Append(AppContext.BaseDirectory)
            .Append(Path.Combine(AppContext.BaseDirectory, "libtorch"))
            .Append(Path.Combine(AppContext.BaseDirectory, "runtimes", RuntimeInformation.RuntimeIdentifier, "native"))
            .Select(Path.TrimEndingDirectorySeparator)
            .Distinct()];

    /// <summary>What libtorch links and Windows does not bring.</summary>
    private static string WindowsRuntime => OperatingSystem.IsWindows()
        ? " It also needs the Visual C++ runtime, which many programs bring: https://aka.ms/vs/17/release/vc_redist.x64.exe installs it."
        : "";

    /// <summary>What this system calls the file of a library.</summary>
    internal static string FileName(string library) =>
        OperatingSystem.IsWindows() ? library + ".dll" : OperatingSystem.IsMacOS() ? $"lib{library}.dylib" : $"lib{library}.so";

    /// <summary>A PyTorch installation tells its version in <c>torch/version.py</c>, beside the <c>lib</c> folder.</summary>
    private static string VersionOf(string folder)
    {
        var file = Path.Combine(folder, "..", "version.py");
        var line = File.Exists(file) ? File.ReadLines(file).FirstOrDefault(l => l.StartsWith("__version__", StringComparison.Ordinal)) : null;
        return line?.Split('\'', '"') is { Length: > 1 } parts ? parts[1] : PackageVersion;
    }

    /// <summary>The loader's own reason, such as a symbol that is missing; .NET puts advice before it.</summary>
    private static string LastLine(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)[^1].TrimEnd('.') + ".";
}

using System.Runtime.CompilerServices;
using FFF.Native;

namespace FFF.Tests;

/// <summary>Loads libtorch before the first test, as the program does before its first tensor; simulations go to a cache of the tests' own.</summary>
internal static class LibtorchLoaded
{
    [ModuleInitializer]
    internal static void Load()
    {
        // From the user's cache, where it may have to be adapted to an older system first.
        Libtorch.Load();
        var cache = Directory.CreateTempSubdirectory("fff-test-cache-");
        Environment.SetEnvironmentVariable(CacheFolder.Variable, cache.FullName);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => cache.Delete(recursive: true);
    }
}

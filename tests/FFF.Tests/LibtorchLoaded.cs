using System.Runtime.CompilerServices;
using FFF.Native;

namespace FFF.Tests;

/// <summary>Loads libtorch before the first test, as the program does before its first tensor.</summary>
internal static class LibtorchLoaded
{
    [ModuleInitializer]
    internal static void Load() => Libtorch.Load();
}

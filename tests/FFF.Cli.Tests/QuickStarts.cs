using System.Runtime.CompilerServices;

namespace FFF.Cli.Tests;

/// <summary>The tests start the program hundreds of times, for which memory that is never writable and executable at once costs a tenth of the time.</summary>
internal static class QuickStarts
{
    [ModuleInitializer]
    public static void OfTheProgram() => Environment.SetEnvironmentVariable("DOTNET_EnableWriteXorExecute", "0");
}

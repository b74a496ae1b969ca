using System.Runtime.InteropServices;

namespace FFF.Native;

/// <summary>Keeps from stdout what native code writes there, until it is disposed of; stdout is for the program's results.</summary>
internal sealed partial class MutedOutput : IDisposable
{
    private const int Output = 1;
    private const int WriteOnly = 1;

    private readonly int _before;

    /// <summary>Where stdout cannot be turned aside, it stays.</summary>
    public MutedOutput()
    {
        Console.Out.Flush();
        _before = Duplicate(Output);
        var nowhere = Open("/dev/null", WriteOnly);
        if (_before >= 0 && nowhere >= 0)
        {
            _ = Replace(nowhere, Output);
        }

        _ = Close(nowhere);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_before >= 0)
        {
            _ = Replace(_before, Output);
            _ = Close(_before);
        }
    }

    [LibraryImport("libc", EntryPoint = "dup")]
    private static partial int Duplicate(int file);

    [LibraryImport("libc", EntryPoint = "dup2")]
    private static partial int Replace(int file, int by);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);
}

using System.Runtime.InteropServices;

namespace FFF.Weaving.Samples;

public interface IOwner
{
    nint Handle { get; }
}

/// <summary>Owns native memory, as a tensor does, and counts the times when it was freed while a native call had its address.</summary>
public sealed class Owner : IOwner
{
    private readonly nint _handle = Marshal.AllocHGlobal(2 * sizeof(int));
    private static int Freed;

    ~Owner()
    {
        Freed++;
        Marshal.FreeHGlobal(_handle);
    }

    /// <summary>How many were freed under a call since this was last asked.</summary>
    public static int FreedTooEarly { get; private set; }

    public nint Handle => _handle;

    /// <summary>Forgets what was freed so far.</summary>
    public static void Reset()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        FreedTooEarly = Freed = 0;
    }

    /// <summary>Collects all that nothing keeps, in the midst of a native call.</summary>
    public static int Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        FreedTooEarly = Freed;
        return 0;
    }
}

using System.Runtime.InteropServices;

namespace FFF.Native;

/// <summary>Memory for objects of c10d, libtorch's own library for several processes. They stay as long as the process.</summary>
internal static unsafe class C10dObject
{
    /// <summary>Where an object that is counted has its counts: behind the address of its functions.</summary>
    private const int Counts = 8;

    /// <summary>So many owners of both kinds that the last one never goes: we own the memory, and libtorch must not free it.</summary>
    private const long Immortal = 0x0000_1000_0000_1000;

    /// <summary>Memory of zeros for an object whose exact size is not known, so that there is much to spare.</summary>
    public static byte* New(int bytes)
    {
        const int Alignment = 64;
        var memory = (byte*)NativeMemory.AlignedAlloc((nuint)bytes, Alignment);
        NativeMemory.Clear(memory, (nuint)bytes);
        return memory;
    }

    /// <summary>Lets libtorch count its references to an object without ever freeing it.</summary>
    public static nint Keep(byte* made)
    {
        *(long*)(made + Counts) = Immortal;
        return (nint)made;
    }
}

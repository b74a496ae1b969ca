using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace FFF.Formats;

/// <summary>What Unix does with files and .NET does not.</summary>
internal static partial class UnixFile
{
    private const int ReadOnly = 0;
    private const int GetDescriptorFlags = 1;
    private const int CloseOnExecuteFlag = 1;
    private const int ModeBits = 0xfff;
    private const int TypeBits = 0xf000;
    private const int PlainType = 0x8000;

    private static readonly int WithoutWaiting = OperatingSystem.IsMacOS() ? 0x4 : 0x800;
    private static readonly int CloseOnExecute = OperatingSystem.IsMacOS() ? 0x1000000 : 0x80000;

    /// <summary>
    /// Opens a file or folder for reading without asking for a lock, which .NET does for every file. An invalid handle where it cannot be opened.
    /// </summary>
    public static SafeFileHandle OpenUnlocked(string path) => new(Open(path, ReadOnly), ownsHandle: true);

    /// <summary>The same, of a named pipe too, whose writer is not waited for.</summary>
    public static SafeFileHandle OpenWithoutWaiting(string path) => new(Open(path, ReadOnly | WithoutWaiting | CloseOnExecute), ownsHandle: true);

    /// <summary>
    /// Whether the process was given this descriptor by whoever started it. Where one was closed, the runtime takes its number for
    /// what it opens itself, which it marks to be kept from other programs.
    /// </summary>
    public static bool IsInherited(int descriptor) => Control(descriptor, GetDescriptorFlags) is var flags and >= 0 && (flags & CloseOnExecuteFlag) == 0;

    /// <summary>Whose a file or folder is, and its mode, on Linux; null where it is not there or the system does not tell.</summary>
    public static (uint Owner, UnixFileMode Mode)? Status(string path) =>
        TypeModeAndOwnerOf(path) is var (mode, owner) ? (owner, (UnixFileMode)(mode & ModeBits)) : null;

    /// <summary>
    /// Whether it is a file, and neither a pipe nor a device nor a folder, on Linux; null where it is not there or the system does not tell.
    /// </summary>
    public static bool? IsPlain(string path) => TypeModeAndOwnerOf(path) is var (mode, _) ? (mode & TypeBits) == PlainType : null;

    private static unsafe (ushort TypeAndMode, uint Owner)? TypeModeAndOwnerOf(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        const int Here = -100;
        const uint TypeModeAndOwner = 0xb;
        const int OwnerOffset = 20;
        const int ModeOffset = 28;
        var status = stackalloc byte[256];
        try
        {
            return StatusOf(Here, path, 0, TypeModeAndOwner, status) == 0
                ? (*(ushort*)(status + ModeOffset), *(uint*)(status + OwnerOffset))
                : null;
        }
        catch (EntryPointNotFoundException)
        {
            return null; // Before glibc 2.28.
        }
    }

    /// <summary>The number of the user that the process acts as.</summary>
    public static uint User => EffectiveUser();

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(int descriptor, int command);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int StatusOf(int folder, string path, int flags, uint mask, byte* status);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);
}

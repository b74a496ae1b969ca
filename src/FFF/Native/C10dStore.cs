using System.Runtime.InteropServices;

namespace FFF.Native;

/// <summary>
/// Where processes find each other: numbers and addresses under names, in a file, or in the memory of one process that the others connect to.
/// </summary>
/// <remarks>
/// c10d's classes are found by their mangled names, which are those of GNU's C++ library. An error would end the process, as no exception of C++
/// passes through .NET: whoever calls makes sure beforehand that there will be none.
/// </remarks>
internal sealed unsafe class C10dStore
{
    private const string Text = "NSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE";
    private const int ObjectBytes = 8192;

    private static readonly Lazy<(Functions? Functions, string? Missing)> Loaded = new(Load);

    private readonly string _prefix;

    private C10dStore(nint store, string prefix)
    {
        var made = C10dObject.New(ObjectBytes);
        using var name = new CppString(prefix);
        var taken = store; // The constructor takes the reference out of this variable.
        ((delegate* unmanaged<byte*, void*, nint*, void>)Loaded.Value.Functions!.Prefix)(made, name.Address, &taken);
        (_prefix, Inner, Address) = (prefix, store, C10dObject.Keep(made));
    }

    /// <summary>What is missing, for people; null where stores can be had.</summary>
    public static string? Missing => Loaded.Value.Missing;

    /// <summary>The object, for a constructor that takes a store.</summary>
    public nint Address { get; }

    private nint Inner { get; }

    /// <summary>In a file that all processes see.</summary>
    /// <param name="path">The file; made where it is not there.</param>
    /// <param name="size">How many processes.</param>
    public static C10dStore OfFile(string path, int size)
    {
        var made = C10dObject.New(ObjectBytes);
        using var text = new CppString(path);
        ((delegate* unmanaged<byte*, void*, int, void>)Loaded.Value.Functions!.File)(made, text.Address, size);
        return new C10dStore(C10dObject.Keep(made), "fff");
    }

    /// <summary>In the memory of one process.</summary>
    /// <param name="host">Its machine.</param>
    /// <param name="port">Its port, free if it is this process and listened on if it is not.</param>
    /// <param name="isHere">Whether it is this process.</param>
    /// <param name="prefix">Put before all names, where one store outlives several attempts.</param>
    /// <param name="timeout">How long answers may take.</param>
    public static C10dStore OfHost(string host, int port, bool isHere, string prefix, TimeSpan timeout)
    {
        var made = C10dObject.New(ObjectBytes);
        using var text = new CppString(host);
        var options = new TcpOptions
        {
            Port = (ushort)port,
            IsServer = isHere ? (byte)1 : (byte)0,
            Timeout = (long)timeout.TotalMilliseconds,
            UsesLibuv = 1,
        };
        ((delegate* unmanaged<byte*, void*, TcpOptions*, void>)Loaded.Value.Functions!.Tcp)(made, text.Address, &options);
        return new C10dStore(C10dObject.Keep(made), prefix);
    }

    /// <summary>The same store, with names that do not meet those of others.</summary>
    public C10dStore Within(string prefix) => new(Inner, $"{_prefix}/{prefix}");

    /// <summary>Adds to a number, which is 0 at first.</summary>
    /// <returns>What it is now.</returns>
    public long Add(string name, long amount)
    {
        using var text = new CppString(name);
        return ((delegate* unmanaged<nint, void*, long, long>)Loaded.Value.Functions!.Add)(Address, text.Address, amount);
    }

    private static (Functions? Functions, string? Missing) Load()
    {
        if (!NativeLibrary.TryLoad(Libtorch.FileOf("torch_cpu"), out var torch)
            || !NativeLibrary.TryGetExport(torch, $"_ZN4c10d9FileStoreC1E{Text}i", out var file)
            || !NativeLibrary.TryGetExport(torch, $"_ZN4c10d8TCPStoreC1E{Text}RKNS_15TCPStoreOptionsE", out var tcp)
            || !NativeLibrary.TryGetExport(torch,
                $"_ZN4c10d11PrefixStoreC1E{Text}N3c1013intrusive_ptrINS_5StoreENS7_6detail34intrusive_target_default_null_typeIS9_EEEE", out var prefix)
            || !NativeLibrary.TryGetExport(torch, "_ZN4c10d11PrefixStore3addERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEEl", out var add))
        {
            return (null, "the libtorch that is loaded has no c10d of GNU's C++ library, as that for Linux has");
        }

        return (new Functions(file, tcp, prefix, add), null);
    }

    private sealed record Functions(nint File, nint Tcp, nint Prefix, nint Add);

    /// <summary>c10d::TCPStoreOptions. Nobody is waited for in its constructor, and each port is listened on once.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 64)]
    private struct TcpOptions
    {
        [FieldOffset(0)]
        public ushort Port;

        [FieldOffset(2)]
        public byte IsServer;

        [FieldOffset(32)]
        public long Timeout;

        [FieldOffset(52)]
        public byte UsesLibuv;
    }
}

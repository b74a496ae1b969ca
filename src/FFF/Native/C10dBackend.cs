using System.Runtime.InteropServices;

namespace FFF.Native;

/// <summary>The functions of one of c10d's engines: Gloo, on the CPU and over TCP, or NCCL between CUDA devices.</summary>
/// <inheritdoc cref="C10dStore" path="/remarks"/>
internal sealed unsafe class C10dBackend
{
    private const string Pointer = "N3c1013intrusive_ptrINS_5StoreENS1_6detail34intrusive_target_default_null_typeIS3_EEEE";
    private const string Milliseconds = "ENSt6chrono8durationIlSt5ratioILl1ELl1000EEEE";
    private const string Tensors = "ERSt6vectorIN2at6TensorESaIS3_EERKNS_";

    /// <summary>Bytes for a group, and for its options.</summary>
    private const int ObjectBytes = 65536;

    /// <summary>Bytes for the options of a collective: all zero they sum, or send what rank 0 has.</summary>
    private const int OptionBytes = 256;

    private const int AllreduceTimeout = 32;
    private const int BroadcastTimeout = 16;
    private const long Unset = -1;

    /// <summary>Where options of Gloo have their devices.</summary>
    private const int DevicesOfOptions = 112;

    private static readonly Lazy<(C10dBackend? Backend, string? Missing)> LoadedGloo = new(LoadGloo);
    private static readonly Lazy<C10dBackend?> LoadedNccl = new(LoadNccl);

    private readonly nint _construct;
    private readonly nint _allreduce;
    private readonly nint _broadcast;
    private readonly nint _isCompleted;
    private readonly nint _isSuccess;
    private readonly nint _release;
    private readonly Func<string, TimeSpan, nint> _options;

    private C10dBackend(Symbols own, Symbols cpu, string name, string[] constructors, string isCompleted, Func<string, TimeSpan, nint> options)
    {
        _construct = own[constructors];
        _allreduce = own[$"_ZN4c10d{name}9allreduce{Tensors}16AllreduceOptionsE"];
        _broadcast = own[$"_ZN4c10d{name}9broadcast{Tensors}16BroadcastOptionsE"];
        _isCompleted = own[isCompleted];
        _isSuccess = cpu["_ZNK4c10d4Work9isSuccessEv"];
        _release = cpu["aoti_torch_delete_tensor_object"];
        _options = options;
    }

    /// <summary>Gloo; null where the libtorch that is loaded has none.</summary>
    public static C10dBackend? Gloo => LoadedGloo.Value.Backend;

    /// <summary>Why there is no Gloo, for people.</summary>
    public static string? MissingGloo => LoadedGloo.Value.Missing;

    /// <summary>NCCL; null where the libtorch that is loaded has none.</summary>
    public static C10dBackend? Nccl => LoadedNccl.Value;

    /// <summary>Makes a group. All of its processes do so at the same time, having found each other.</summary>
    /// <param name="store">Where they exchange their addresses.</param>
    /// <param name="rank">This process, from 0.</param>
    /// <param name="size">How many.</param>
    /// <param name="address">This machine's address by which the others reach it.</param>
    /// <param name="timeout">How long a collective may take.</param>
    public nint NewGroup(C10dStore store, int rank, int size, string address, TimeSpan timeout)
    {
        var group = C10dObject.New(ObjectBytes);
        var (place, options) = (store.Address, _options(address, timeout));
        ((delegate* unmanaged<byte*, nint*, int, int, nint*, void>)_construct)(group, &place, rank, size, &options);
        return C10dObject.Keep(group);
    }

    /// <summary>Begins to sum a tensor over all ranks, in place.</summary>
    /// <returns>The work, to be released.</returns>
    public nint Allreduce(nint group, nint tensor) => Begin(_allreduce, group, tensor, AllreduceTimeout);

    /// <summary>Begins to give all ranks the tensor of rank 0, in place.</summary>
    /// <inheritdoc cref="Allreduce"/>
    public nint Broadcast(nint group, nint tensor) => Begin(_broadcast, group, tensor, BroadcastTimeout);

    /// <summary>Whether it has ended, well or not.</summary>
    public bool IsCompleted(nint work) => ((delegate* unmanaged<nint, byte>)_isCompleted)(*(nint*)work) != 0;

    /// <summary>Whether it has not failed.</summary>
    public bool IsSuccess(nint work) => ((delegate* unmanaged<nint, byte>)_isSuccess)(*(nint*)work) != 0;

    /// <summary>
    /// Gives up a reference to a work. It is one word, as a tensor is, and both are counted objects of the same kind: what deletes a tensor
    /// gives up a reference and then the word.
    /// </summary>
    public void Release(nint work) => _ = ((delegate* unmanaged<nint, int>)_release)(work);

    private static nint Begin(nint function, nint group, nint tensor, int timeout)
    {
        // A vector of one tensor holds an at::Tensor, one word, where TorchSharp's handle points to.
        var vector = stackalloc nint[3] { tensor, tensor + sizeof(nint), tensor + sizeof(nint) };
        var options = stackalloc byte[OptionBytes];
        new Span<byte>(options, OptionBytes).Clear();
        *(long*)(options + timeout) = Unset;
        var work = (nint*)NativeMemory.AllocZeroed((nuint)sizeof(nint));
        ((delegate* unmanaged<nint*, nint, nint*, byte*, nint*>)function)(work, group, vector, options);
        return (nint)work;
    }

    private static (C10dBackend? Backend, string? Missing) LoadGloo()
    {
        const string Name = "16ProcessGroupGloo";
        if (C10dStore.Missing is { } missing)
        {
            return (null, missing);
        }

        try
        {
            var cpu = new Symbols("torch_cpu");
            var create = cpu[$"_ZN4c10d{Name}7Options14create_default{Milliseconds}"];
            var device = cpu[$"_ZN4c10d{Name}23createDeviceForHostnameERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEEb"];
            return (new(cpu, cpu, Name, [$"_ZN4c10d{Name}C1ERK{Pointer}iiNS2_INS0_7OptionsENS5_ISA_EEEE"], "_ZN4c10d4Work11isCompletedEv",
                (address, timeout) => GlooOptions(create, device, address, timeout)), null);
        }
        catch (EntryPointNotFoundException e)
        {
            return (null, $"the libtorch that is loaded lacks a function of Gloo: {e.Message}");
        }
    }

    private static C10dBackend? LoadNccl()
    {
        const string Name = "16ProcessGroupNCCL";
        try
        {
            var (cuda, cpu) = (new Symbols("torch_cuda"), new Symbols("torch_cpu"));
            var construct = cuda[$"_ZN4c10d{Name}7OptionsC1Eb"];
            return new(cuda, cpu, Name,
                [$"_ZN4c10d{Name}C1E{Pointer}iiNS2_INS0_7OptionsENS5_IS8_EEEE", $"_ZN4c10d{Name}C1ERK{Pointer}iiNS2_INS0_7OptionsENS5_ISA_EEEE"],
                $"_ZN4c10d{Name}8WorkNCCL11isCompletedEv", (_, timeout) => NcclOptions(construct, timeout));
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Options of Gloo with a device that others reach; by itself, Gloo would take the address that the machine's name stands for.</summary>
    private static nint GlooOptions(nint create, nint createDevice, string address, TimeSpan timeout)
    {
        nint options;
        ((delegate* unmanaged<nint*, long, nint*>)create)(&options, (long)timeout.TotalMilliseconds);
        using var host = new CppString(address);
        var device = stackalloc nint[2];
        ((delegate* unmanaged<nint*, void*, byte, nint*>)createDevice)(device, host.Address, 0);

        // Options hold a vector of shared pointers with the device that Gloo chose, which stays behind.
        var devices = (nint**)(options + DevicesOfOptions);
        if (devices[1] - devices[0] != 2)
        {
            throw new KernelException("Gloo's options are not those of the libtorch that this program knows, 2.10.");
        }

        (devices[0][0], devices[0][1]) = (device[0], device[1]);
        return options;
    }

    private static nint NcclOptions(nint construct, TimeSpan timeout)
    {
        const int Timeout = 16;
        var options = C10dObject.New(ObjectBytes);
        ((delegate* unmanaged<byte*, byte, void>)construct)(options, 0);
        *(long*)(options + Timeout) = (long)timeout.TotalMilliseconds;
        return C10dObject.Keep(options);
    }

    private sealed class Symbols(string library)
    {
        private readonly nint _library = NativeLibrary.Load(Libtorch.FileOf(library));

        /// <summary>The first of these that there is.</summary>
        /// <exception cref="EntryPointNotFoundException">There is none.</exception>
        public nint this[params string[] names] =>
            names.Select(name => NativeLibrary.TryGetExport(_library, name, out var found) ? found : 0).FirstOrDefault(found => found != 0) is var first
                and not 0
                ? first
                : throw new EntryPointNotFoundException(names[0]);
    }
}

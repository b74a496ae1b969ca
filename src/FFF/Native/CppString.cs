using System.Runtime.InteropServices;
using System.Text;

namespace FFF.Native;

/// <summary>A std::string of GNU's C++ library: its characters' address, their number, and sixteen bytes for short ones.</summary>
internal sealed unsafe class CppString : IDisposable
{
    private const int Size = 32;
    private const int Short = 16;

    private readonly byte* _object;

    /// <summary>Copies a text.</summary>
    public CppString(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        _object = (byte*)NativeMemory.AllocZeroed(Size);
        var characters = bytes.Length < Short ? _object + Short : (byte*)NativeMemory.AllocZeroed((nuint)bytes.Length + 1);
        bytes.CopyTo(new Span<byte>(characters, bytes.Length));
        *(byte**)_object = characters;
        *(long*)(_object + sizeof(long)) = bytes.Length;
        if (bytes.Length >= Short)
        {
            *(long*)(_object + Short) = bytes.Length;
        }
    }

    /// <summary>The object, for a parameter by value or by reference: both are its address.</summary>
    public void* Address => _object;

    /// <summary>Frees what a function that was given it by value has not taken over.</summary>
    public void Dispose()
    {
        var characters = *(byte**)_object;
        if (characters != _object + Short)
        {
            NativeMemory.Free(characters);
        }

        NativeMemory.Free(_object);
    }
}

using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace FFF.Formats;

/// <summary>
/// The rows of a two-dimensional .npy in C order, read from the file where they are asked for, and kept nowhere but in the system's page cache.
/// </summary>
/// <remarks>
/// They are read, not mapped into memory: whoever touches a mapped page of a file that was cut short is ended by a signal, and a read of forty bytes from
/// the page cache costs half a microsecond. The file stays open, so that another one under its name does no harm. May be used by several threads.
/// </remarks>
internal sealed class NpyRows
{
    private const long MillisecondsBetweenLooks = 1000;

    private readonly SafeFileHandle _file;
    private readonly NpyType _type;
    private readonly bool _isSwapped;
    private readonly long _dataStart;
    private readonly (long Length, DateTime Written) _known;
    private long _looked = Environment.TickCount64;

    private NpyRows(string path, SafeFileHandle file, NpyHeader header, long dataStart)
    {
        (Path, _file, _dataStart) = (path, file, dataStart);
        (_type, _isSwapped) = NpyType.Of(header.Type);
        (Count, Columns) = (header.Shape[0], (int)header.Shape[1]);
        _known = State();
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>N.</summary>
    public long Count { get; }

    /// <summary>The numbers of a row.</summary>
    public int Columns { get; }

    private int RowBytes => Columns * _type.Size;

    /// <summary>What the file is, by its header; its length is that which the header tells.</summary>
    /// <exception cref="FileReadException">It is missing, damaged, or holds another type.</exception>
    public static NpyHeader Header(string path)
    {
        using var file = InputFile.Open(path);
        return Header(path, file, out _);
    }

    /// <summary>Opens the file; null where it holds no matrix with numbers, or one in Fortran order.</summary>
    /// <exception cref="FileReadException">It is missing, damaged, or holds another type.</exception>
    public static NpyRows? Open(string path)
    {
        long dataStart;
        NpyHeader header;
        using (var stream = InputFile.Open(path))
        {
            header = Header(path, stream, out dataStart);
        }

        return header.Fortran || header.Shape is not [> 0, > 0 and <= int.MaxValue / 8]
            ? null
            : new(path, File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete, options: FileOptions.RandomAccess), header, dataStart);
    }

    /// <summary>Reads rows that follow each other.</summary>
    /// <param name="first">The first one, from 0.</param>
    /// <param name="numbers">What is filled, whole rows, in float64.</param>
    /// <param name="rounded">Takes up the columns with whole numbers that float64 rounds; null where they are not looked for.</param>
    /// <exception cref="FileReadException">The file was changed or cut short since it was opened.</exception>
    public void Read(long first, Span<double> numbers, ISet<int>? rounded = null)
    {
        Look();
        var bytes = ArrayPool<byte>.Shared.Rent(numbers.Length * _type.Size);
        try
        {
            var part = bytes.AsSpan(0, numbers.Length * _type.Size);
            for (var read = 0; read < part.Length;)
            {
                var count = RandomAccess.Read(_file, part[read..], _dataStart + (first * RowBytes) + read);
                read += count > 0 ? count : throw Changed("became shorter");
            }

            if (_isSwapped)
            {
                _type.Swap(part);
            }

            _type.Decode(part, numbers);
            rounded?.UnionWith(_type.Rounded(part).Select(at => at % Columns));
        }
        catch (IOException e)
        {
            throw new FileReadException(Path, $"cannot be read: {e.Message}", e);
        }
        catch (InvalidDataException e)
        {
            throw new FileReadException(Path, e.Message, e);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private static NpyHeader Header(string path, FileStream file, out long dataStart)
    {
        try
        {
            var header = NpyHeader.Read(file, out dataStart);
            Npy.Require(header, file.Length - dataStart);
            return header;
        }
        catch (InvalidDataException e)
        {
            throw Npy.Unreadable(path, file, e);
        }
    }

    private (long Length, DateTime Written) State() => (RandomAccess.GetLength(_file), File.GetLastWriteTimeUtc(_file));

    /// <summary>Numbers that were changed amid a training would make a model that nobody can make again.</summary>
    private void Look()
    {
        var now = Environment.TickCount64;
        if (now - Volatile.Read(ref _looked) < MillisecondsBetweenLooks)
        {
            return;
        }

        Volatile.Write(ref _looked, now);
        if (State() != _known)
        {
            throw Changed("was written to");
        }
    }

    private FileReadException Changed(string how) => new(Path, $"{how} while it was in use, and its rows are no longer those that were begun with. "
        + "Put the file back and resume the run, or start a new one.");
}

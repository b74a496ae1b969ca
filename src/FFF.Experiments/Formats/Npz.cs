using System.IO.Compression;
using ICSharpCode.SharpZipLib.Checksum;
using static TorchSharp.torch;

namespace FFF.Formats;

/// <summary>Several named arrays in one file, as <c>numpy.savez</c> writes them: a zip archive of .npy files.</summary>
internal static class Npz
{
    private const string Extension = ".npy";

    /// <summary>NumPy's date in archives; a fixed one makes equal arrays equal files.</summary>
    private static readonly DateTimeOffset Date = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Reads all arrays, on the CPU.</summary>
    /// <exception cref="FileReadException">The file is missing, damaged, or holds anything but arrays that <see cref="Npy"/> reads.</exception>
    public static IReadOnlyDictionary<string, Tensor> Read(string path)
    {
        using var file = InputFile.Open(path);
        using var scope = NewDisposeScope();
        try
        {
            using var archive = new ZipArchive(file, ZipArchiveMode.Read);
            var arrays = new Dictionary<string, Tensor>();
            foreach (var entry in archive.Entries)
            {
                if (!entry.FullName.EndsWith(Extension, StringComparison.Ordinal) || !arrays.TryAdd(entry.FullName[..^Extension.Length], Read(path, entry)))
                {
                    throw new FileReadException(path, $"has the entry '{entry.FullName}', which is no .npy file or there twice.");
                }
            }

            foreach (var array in arrays.Values)
            {
                array.MoveToOuterDisposeScope();
            }

            return arrays;
        }
        catch (InvalidDataException e)
        {
            throw new FileReadException(path, $"is no .npz archive, or a damaged one: {e.Message}", e);
        }
    }

    /// <summary>Copies the array that <see cref="MatrixFile.Read"/> takes, as .npy.</summary>
    /// <param name="path">The archive.</param>
    /// <param name="name">The array of several that is taken; the only one whatever its name.</param>
    /// <param name="into">Where it is copied to.</param>
    /// <returns>Whether there is such an array.</returns>
    /// <exception cref="FileReadException">The archive is missing or damaged.</exception>
    public static bool Copy(string path, string name, Stream into)
    {
        using var file = InputFile.Open(path);
        try
        {
            using var archive = new ZipArchive(file, ZipArchiveMode.Read);
            var entry = archive.Entries.Count == 1 ? archive.Entries[0] : archive.GetEntry(name + Extension);
            if (entry is null || !entry.FullName.EndsWith(Extension, StringComparison.Ordinal))
            {
                return false;
            }

            Verify(entry);
            using var content = entry.Open();
            content.CopyTo(into);
            return true;
        }
        catch (InvalidDataException e)
        {
            throw new FileReadException(path, $"is no .npz archive, or a damaged one: {e.Message}", e);
        }
    }

    /// <summary>Whether there is an array that <see cref="Copy"/> takes.</summary>
    /// <inheritdoc cref="Copy"/>
    public static bool HasOne(string path, string name)
    {
        using var file = InputFile.Open(path);
        try
        {
            using var archive = new ZipArchive(file, ZipArchiveMode.Read);
            return archive.Entries.Count == 1 || archive.GetEntry(name + Extension) is not null;
        }
        catch (InvalidDataException e)
        {
            throw new FileReadException(path, $"is no .npz archive, or a damaged one: {e.Message}", e);
        }
    }

    /// <summary>The bytes of all arrays, unpacked.</summary>
    /// <exception cref="FileReadException">The archive is missing or damaged.</exception>
    public static long UnpackedBytes(string path)
    {
        using var file = InputFile.Open(path);
        try
        {
            using var archive = new ZipArchive(file, ZipArchiveMode.Read);
            return archive.Entries.Sum(entry => entry.Length);
        }
        catch (InvalidDataException e)
        {
            throw new FileReadException(path, $"is no .npz archive, or a damaged one: {e.Message}", e);
        }
    }

    /// <summary>Writes the arrays, uncompressed.</summary>
    /// <exception cref="FileWriteException">The file cannot be written.</exception>
    /// <exception cref="ArgumentException">A tensor is of a type that <see cref="Npy"/> does not write.</exception>
    public static void Write(string path, IReadOnlyDictionary<string, Tensor> arrays) => AtomicFile.Write(path, stream =>
    {
        using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        foreach (var (name, array) in arrays.OrderBy(a => a.Key, StringComparer.Ordinal))
        {
            var entry = archive.CreateEntry(name + Extension, CompressionLevel.NoCompression);
            entry.LastWriteTime = Date;
            using var content = entry.Open();
            Npy.Write(content, array);
        }
    });

    private static Tensor Read(string path, ZipArchiveEntry entry)
    {
        try
        {
            Verify(entry);
            using var content = entry.Open();
            return Npy.Read(content, entry.Length);
        }
        catch (InvalidDataException e)
        {
            throw new FileReadException(path, $"'{entry.FullName}' {e.Message}", e);
        }
    }

    /// <summary>Reads the entry once to compare its checksum, which <see cref="ZipArchive"/> does not.</summary>
    private static void Verify(ZipArchiveEntry entry)
    {
        using var content = entry.Open();
        var (crc, buffer, total) = (new Crc32(), new byte[1 << 16], 0L);
        for (int count; (count = content.Read(buffer)) > 0; total += count)
        {
            crc.Update(new ArraySegment<byte>(buffer, 0, count));
        }

        if (total != entry.Length || crc.Value != entry.Crc32)
        {
            throw new InvalidDataException("does not match its checksum: the file is damaged.");
        }
    }
}

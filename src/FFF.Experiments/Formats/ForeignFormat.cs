using System.IO.Compression;

namespace FFF.Formats;

/// <summary>Formats of other programs, told by their first bytes, so that messages can say what a file is and what to do.</summary>
internal static class ForeignFormat
{
    private static readonly (byte[] Start, string What)[] Formats =
    [
        ([0xd0, 0xcf, 0x11, 0xe0], "is a workbook of old Excel (.xls) or another Office file: save its table as CSV"),
        ([0x89, (byte)'H', (byte)'D', (byte)'F'], "is an HDF5 file: its name has to end in .h5 or .hdf5"),
        ([.. "PAR1"u8], "is a Parquet file: its name has to end in .parquet"),
        ([.. "ARROW1"u8], "is a Feather (Arrow) file: write it as Parquet, such as by pandas.read_feather(file).to_parquet('table.parquet')"),
        ([.. "MATLAB 5.0"u8], "is a MATLAB file: write its matrix as CSV by writematrix, or as .npy by scipy.io.loadmat and numpy.save"),
        ([.. "CDF\x01"u8], "is a NetCDF file: write its array as .npy, such as by xarray and numpy.save"),
        ([.. "CDF\x02"u8], "is a NetCDF file: write its array as .npy, such as by xarray and numpy.save"),
        ([0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0], "is compressed by xz: unpack it with 'xz -d', or compress it by gzip or bzip2"),
        ([0x28, 0xb5, 0x2f, 0xfd], "is compressed by zstd: unpack it with 'zstd -d', or compress it by gzip or bzip2"),
        ([(byte)'7', (byte)'z', 0xbc, 0xaf], "is a 7z archive: unpack it"),
        ([.. "Rar!"u8], "is a RAR archive: unpack it"),
        ([.. "%PDF"u8], "is a PDF"),
        ([.. "version https://git-lfs"u8], "is only the pointer that Git LFS keeps in place of the file: fetch it with 'git lfs pull'"),
        ([0xff, 0xfe], "is text in UTF-16, not UTF-8: save it in UTF-8"),
        ([0xfe, 0xff], "is text in UTF-16, not UTF-8: save it in UTF-8"),
        ([0x80, 2], Pickle), ([0x80, 3], Pickle), ([0x80, 4], Pickle), ([0x80, 5], Pickle),
        ([.. "RDX3"u8], "is R's own format: write the table by write.csv(table, 'table.csv', row.names = FALSE)"),
    ];

    private const string Pickle = "is a pickle of Python, which this program does not read, because that would run whatever code is in it: "
        + "save its numbers by numpy.save, or as CSV";

    /// <summary>Refuses files of other formats.</summary>
    /// <param name="path">The file.</param>
    /// <param name="start">Its first bytes.</param>
    /// <param name="before">Goes before what it is.</param>
    /// <exception cref="FileReadException">It is one; the message says what to do.</exception>
    public static void Refuse(string path, ReadOnlySpan<byte> start, string before = "")
    {
        if (What(path, start) is { } what)
        {
            throw new FileReadException(path, $"{before}{what}.");
        }
    }

    /// <summary>What a file is, and what to do, as words that follow its name; null where its first bytes do not tell.</summary>
    public static string? What(string path, ReadOnlySpan<byte> start)
    {
        if (start.StartsWith("PK\x03\x04"u8) || start.StartsWith("PK\x05\x06"u8))
        {
            return OfZip(path);
        }

        if (start.StartsWith((ReadOnlySpan<byte>)[0x93, .. "NUMPY"u8]))
        {
            return "is a NumPy array: its name has to end in .npy";
        }

        if (start.Length > 262 && start[257..].StartsWith("ustar"u8))
        {
            return "is a tar archive: unpack it";
        }

        foreach (var (bytes, what) in Formats)
        {
            if (start.StartsWith(bytes))
            {
                return what;
            }
        }

        var text = System.Text.Encoding.Latin1.GetString(start).TrimStart('\u00ef', '\u00bb', '\u00bf', ' ', '\r', '\n', '\t');
        return text.StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase) || text.StartsWith("<html", StringComparison.OrdinalIgnoreCase)
            ? "is a web page (HTML), perhaps an error's in place of a download: fetch the file again"
            : null;
    }

    private static string OfZip(string path)
    {
        try
        {
            using var archive = ZipFile.OpenRead(path);
            string[] names = [.. archive.Entries.Take(1000).Select(entry => entry.FullName)];
            return names.Any(name => name.StartsWith("xl/", StringComparison.Ordinal)) ? "is an Excel workbook (.xlsx): save its table as CSV"
                : names.Contains("content.xml") ? "is an OpenDocument file (.ods): save its table as CSV"
                : names.Any(name => name.EndsWith("data.pkl", StringComparison.Ordinal))
                    ? "is a file of PyTorch: save its numbers by numpy.save(name, tensor.numpy())"
                : names.Length > 0 && names.All(name => name.EndsWith(".npy", StringComparison.Ordinal))
                    ? "is an archive of NumPy arrays: its name has to end in .npz"
                : $"is a zip archive{(names.Length == 1 ? $" of '{names[0]}'" : "")}: unpack it";
        }
        catch (Exception e) when (e is InvalidDataException or IOException or NotSupportedException or ArgumentException)
        {
            return "is a zip archive, and damaged: fetch or write it again";
        }
    }
}

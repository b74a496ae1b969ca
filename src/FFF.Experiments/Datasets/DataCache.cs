using FFF.Formats;
using FFF.Native;
using static TorchSharp.torch;

namespace FFF.Datasets;

/// <summary>What a file of a cache holds.</summary>
/// <param name="Tensors">Tensors by name, all of one type, on the CPU.</param>
/// <param name="Notes">Texts by name.</param>
internal sealed record CachedData(IReadOnlyDictionary<string, Tensor> Tensors, IReadOnlyDictionary<string, string> Notes);

/// <summary>Data in files, so that what takes long to compute is computed once.</summary>
/// <remarks>
/// A file is written under another name and renamed when it is whole, so processes may share the folder. It carries a
/// checksum of its data and says what it holds; whatever is not exactly that, or could have been written by somebody else, is made again and replaced.
/// Files may be deleted at any time. No failure of the cache fails its caller.
/// </remarks>
/// <param name="folder">Where the files are kept; made if it is not there.</param>
/// <param name="purpose">What the data are, in one word and the plural, such as simulations.</param>
/// <param name="warn">Is told of files that are damaged or cannot be written.</param>
internal sealed class DataCache(string folder, string purpose, Action<string>? warn = null)
{
    /// <summary>In a shape: of any size.</summary>
    public const long Any = -1;

    /// <summary>The file with this content.</summary>
    public string PathOf(string content) => Path.Combine(folder, content + ".safetensors");

    /// <summary>The data, the same to the bit whether they are read or made.</summary>
    /// <param name="content">What tells the data from all others; the name of its file.</param>
    /// <param name="shapes">The names and shapes of its tensors; <see cref="Any"/> where only the data tell.</param>
    /// <param name="make">Makes the data where they are not kept yet.</param>
    /// <param name="describe">What is kept of them.</param>
    /// <param name="restore">Makes them from what was kept; null where that is damaged.</param>
    /// <param name="type">The type of the tensors.</param>
    public T Get<T>(
        string content, IReadOnlyDictionary<string, long[]> shapes, Func<T> make, Func<T, CachedData> describe, Func<CachedData, T?> restore,
        ScalarType type = ScalarType.Float32)
        where T : class
    {
        var path = PathOf(content);
        var isOwn = IsOwn();
        if (isOwn && File.Exists(path))
        {
            if (!OwnPlace.IsOwn(path))
            {
                warn?.Invoke($"{path}: could be written by others, so the {purpose} in it are not trusted. They are made again, and the file is replaced.");
            }
            else if (Read(path, content, shapes, type) is { } kept && restore(kept) is { } data)
            {
                return data;
            }
            else
            {
                warn?.Invoke($"{path}: does not hold the {purpose} that its name promises, or is damaged. They are made again, and the file is replaced.");
            }
        }

        var made = make();
        if (isOwn)
        {
            Write(path, content, describe(made));
        }

        return made;
    }

    /// <summary>
    /// Whether files can be kept where nobody else could put others in their place: that numbers are the same to the bit nobody could tell of those.
    /// </summary>
    private bool IsOwn()
    {
        try
        {
            if (OwnPlace.Make(folder))
            {
                return true;
            }

            WarnOfWriting($"others can write '{folder}'");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            WarnOfWriting(e.Message.TrimEnd('.'));
        }

        return false;
    }

    private void WarnOfWriting(string reason) => warn?.Invoke(
        $"The {purpose} could not be kept for the next time ({reason}). {CacheFolder.Variable} names another folder; data.cache=false keeps none.");

    private string ContentKey => $"fff.{purpose}";

    private CachedData? Read(string path, string content, IReadOnlyDictionary<string, long[]> shapes, ScalarType type)
    {
        using var scope = NewDisposeScope();
        try
        {
            var (tensors, metadata) = Safetensors.Read(path);
            return metadata.GetValueOrDefault(ContentKey) == content && metadata.ContainsKey(Safetensors.ChecksumKey)
                && shapes.All(shape => tensors.TryGetValue(shape.Key, out var tensor) && tensor.dtype == type && Fits(tensor.shape, shape.Value))
                ? new(shapes.Keys.ToDictionary(name => name, name => tensors[name].MoveToOuterDisposeScope()), metadata)
                : null;
        }
        catch (FileReadException)
        {
            return null;
        }
    }

    private static bool Fits(long[] shape, long[] expected) =>
        shape.Length == expected.Length && shape.Zip(expected).All(size => size.Second is Any || size.First == size.Second);

    private void Write(string path, string content, CachedData data)
    {
        try
        {
            Safetensors.Write(path, data.Tensors, new Dictionary<string, string>(data.Notes) { [ContentKey] = content });
            OwnPlace.Close(path);
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            WarnOfWriting(e.Message.TrimEnd('.'));
        }
    }
}

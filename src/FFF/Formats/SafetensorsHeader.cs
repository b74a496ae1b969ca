using System.Text.Encodings.Web;
using System.Text.Json;
using static TorchSharp.torch;

namespace FFF.Formats;

/// <summary>Where a tensor lies in a safetensors file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="Shape">The sizes of its dimensions.</param>
/// <param name="Start">Its first byte, counted from the start of the data.</param>
/// <param name="End">The byte after its last.</param>
internal sealed record SafetensorsEntry(string Name, SafetensorsType Type, long[] Shape, long Start, long End);

/// <summary>A type of elements that safetensors names and libtorch has.</summary>
/// <param name="Name">Its name in the header.</param>
/// <param name="Scalar">libtorch's name.</param>
/// <param name="Size">Bytes per element.</param>
internal sealed record SafetensorsType(string Name, ScalarType Scalar, int Size)
{
    /// <summary>All types, in the order in which the reference implementation lays out their tensors: larger elements first, so that all are aligned.</summary>
    public static readonly SafetensorsType[] All =
    [
        new("I64", ScalarType.Int64, 8), new("F64", ScalarType.Float64, 8), new("F32", ScalarType.Float32, 4), new("I32", ScalarType.Int32, 4),
        new("BF16", ScalarType.BFloat16, 2), new("F16", ScalarType.Float16, 2), new("I16", ScalarType.Int16, 2),
        new("I8", ScalarType.Int8, 1), new("U8", ScalarType.Byte, 1), new("BOOL", ScalarType.Bool, 1),
    ];
}

/// <summary>The JSON header of a safetensors file: what tensors it holds and where, and texts by name.</summary>
/// <param name="Tensors">The tensors, in the order of their data.</param>
/// <param name="Metadata">The texts.</param>
/// <remarks>
/// Format after https://github.com/huggingface/safetensors: the header's length as eight bytes, little-endian; the
/// header, at most 100 MB, padded by spaces to a multiple of eight bytes; the data. Tensors cover the data without gaps
/// or overlaps.
/// </remarks>
internal sealed record SafetensorsHeader(IReadOnlyList<SafetensorsEntry> Tensors, IReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>The longest header that readers accept.</summary>
    public const long LongestHeader = 100_000_000;

    /// <summary>The most dimensions of a tensor that libtorch works with.</summary>
    private const int MaxDimensions = 64;

    private const string MetadataKey = "__metadata__";
    private const int Alignment = 8;

    /// <summary>Lays the tensors out one after another.</summary>
    /// <exception cref="ArgumentException">A tensor is of a type that the format does not have, or its name is taken by the format.</exception>
    public static SafetensorsHeader Layout(IEnumerable<(string Name, ScalarType Type, long[] Shape)> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        var entries = new List<SafetensorsEntry>();
        var start = 0L;
        foreach (var (name, type, shape) in tensors.OrderBy(t => Array.FindIndex(SafetensorsType.All, s => s.Scalar == t.Type)).ThenBy(t => t.Name,
            StringComparer.Ordinal))
        {
            var stored = Array.Find(SafetensorsType.All, s => s.Scalar == type);
            if (stored is null || name == MetadataKey)
            {
                throw new ArgumentException($"The tensor '{name}' of {type} cannot be written as safetensors.", nameof(tensors));
            }

            var end = start + TensorBytes.Count(shape, stored.Size)!.Value;
            entries.Add(new SafetensorsEntry(name, stored, shape, start, end));
            start = end;
        }

        return new SafetensorsHeader(entries, metadata);
    }

    /// <summary>The header's bytes, padded, without the length in front.</summary>
    public byte[] Encode()
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            WriteMetadata(json);
            foreach (var tensor in Tensors)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", tensor.Type.Name);
                WriteNumbers(json, "shape", tensor.Shape);
                WriteNumbers(json, "data_offsets", [tensor.Start, tensor.End]);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        while (bytes.Length % Alignment != 0)
        {
            bytes.WriteByte((byte)' ');
        }

        return bytes.ToArray();
    }

    private void WriteMetadata(Utf8JsonWriter json)
    {
        if (Metadata.Count > 0)
        {
            json.WriteStartObject(MetadataKey);
            foreach (var (key, text) in Metadata.OrderBy(m => m.Key, StringComparer.Ordinal))
            {
                json.WriteString(key, text);
            }

            json.WriteEndObject();
        }
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, ReadOnlySpan<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (var number in numbers)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
    }

    /// <summary>Reads a header, without the length in front, for so many bytes of data.</summary>
    /// <exception cref="InvalidDataException">It is damaged or does not fit the data; the message tells how.</exception>
    public static SafetensorsHeader Decode(ReadOnlyMemory<byte> bytes, long dataLength)
    {
        if (bytes.IsEmpty || bytes.Span[0] != (byte)'{')
        {
            throw new InvalidDataException("is not in the safetensors format: its header does not begin with '{'.");
        }

        try
        {
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { AllowDuplicateProperties = false });
            var metadata = new Dictionary<string, string>();
            var tensors = new List<SafetensorsEntry>();
            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (property.Name == MetadataKey)
                {
                    metadata = Texts(property.Value);
                }
                else
                {
                    tensors.Add(Entry(property.Name, property.Value));
                }
            }

            tensors.Sort((a, b) => (a.Start, a.End).CompareTo((b.Start, b.End)));
            CheckCoverage(tensors, dataLength);
            return new SafetensorsHeader(tensors, metadata);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Text that is no valid Unicode is noticed late, as an invalid operation.
            throw new InvalidDataException($"has a damaged header: {e.Message}", e);
        }
    }

    private static Dictionary<string, string> Texts(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object || json.EnumerateObject().Any(p => p.Value.ValueKind != JsonValueKind.String))
        {
            throw new InvalidDataException($"has a damaged header: '{MetadataKey}' must hold texts only.");
        }

        return json.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString()!);
    }

    private static SafetensorsEntry Entry(string name, JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object
            || !json.EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal).SequenceEqual(["data_offsets", "dtype", "shape"]))
        {
            throw new InvalidDataException($"has a damaged header: tensor '{name}' must have exactly 'dtype', 'shape' and 'data_offsets'.");
        }

        var typeName = json.GetProperty("dtype");
        var type = typeName.ValueKind == JsonValueKind.String ? Array.Find(SafetensorsType.All, t => t.Name == typeName.GetString()) : null;
        if (type is null)
        {
            throw new InvalidDataException(
                $"holds tensor '{name}' of type {typeName.GetRawText()}; readable are {string.Join(", ", SafetensorsType.All.Select(t => t.Name))}.");
        }

        var (shape, offsets) = (Numbers(json.GetProperty("shape")), Numbers(json.GetProperty("data_offsets")));
        if (shape is null || offsets is not { Length: 2 } || offsets[0] > offsets[1])
        {
            throw new InvalidDataException($"has a damaged header: the shape or the offsets of tensor '{name}' are no sizes.");
        }

        if (shape.Length > MaxDimensions)
        {
            throw new InvalidDataException($"has a damaged header: tensor '{name}' has {shape.Length} dimensions; at most {MaxDimensions} are usual.");
        }

        return TensorBytes.Count(shape, type.Size) == offsets[1] - offsets[0]
            ? new SafetensorsEntry(name, type, shape, offsets[0], offsets[1])
            : throw new InvalidDataException($"has a damaged header: tensor '{name}' of shape [{string.Join(", ", shape)}] and type {type.Name} cannot take "
                + $"{offsets[1] - offsets[0]} bytes.");
    }

    /// <summary>Integers that are not negative; null if anything is not.</summary>
    private static long[]? Numbers(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        var numbers = new List<long>();
        foreach (var element in json.EnumerateArray())
        {
            if (element.ValueKind != JsonValueKind.Number || !element.TryGetInt64(out var number) || number < 0)
            {
                return null;
            }

            numbers.Add(number);
        }

        return [.. numbers];
    }

    private static void CheckCoverage(List<SafetensorsEntry> tensors, long dataLength)
    {
        var end = 0L;
        foreach (var tensor in tensors)
        {
            if (tensor.Start != end)
            {
                throw new InvalidDataException($"has a damaged header: tensor '{tensor.Name}' "
                    + $"{(tensor.Start < end ? "overlaps another one" : $"follows a gap of {tensor.Start - end} bytes")}.");
            }

            end = tensor.End;
        }

        if (end != dataLength)
        {
            throw new InvalidDataException(end > dataLength
                ? $"is truncated: {end - dataLength} of {end} bytes of data are missing."
                : $"has {dataLength - end} bytes after the last tensor, which belong to nothing: it is damaged.");
        }
    }
}

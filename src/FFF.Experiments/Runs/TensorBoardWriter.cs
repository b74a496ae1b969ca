using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using FFF.Formats;
using Google.Protobuf;
using Tensorboard;

namespace FFF.Runs;

/// <summary>Writes scalars to a file that TensorBoard shows.</summary>
/// <remarks>
/// The file is a TFRecord: for each event its length (eight bytes, little-endian), the masked CRC-32C of these bytes,
/// the event as a protocol buffer, and the masked CRC-32C of it; a checksum c is masked to (c ≫ 15 | c ≪ 17) + 0xa282ead8.
/// See https://www.tensorflow.org/tutorials/load_data/tfrecord. TorchSharp defines the messages; its own writer dates
/// them wrongly (in ticks, or to within minutes), cannot tell of a resumption, and opens the file anew for each scalar.
/// </remarks>
internal sealed class TensorBoardWriter : IDisposable
{
    private const uint MaskDelta = 0xa282ead8;

    private readonly FileStream _file;

    private TensorBoardWriter(string folder)
    {
        var name = string.Create(CultureInfo.InvariantCulture,
            $"events.out.tfevents.{DateTimeOffset.UtcNow.ToUnixTimeSeconds()}.{Environment.MachineName}.{Environment.ProcessId}.{Guid.NewGuid():N}");
        var path = Path.Combine(folder, name);
        try
        {
            _file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read | FileShare.Delete, bufferSize: 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FileWriteException(path, e);
        }

        Write(new Event { FileVersion = "brain.Event:2" });
    }

    /// <summary>Starts a file.</summary>
    public static TensorBoardWriter Create(string folder) => new(folder);

    /// <summary>Starts a further file, which makes TensorBoard forget what older ones say about this step and later ones.</summary>
    public static TensorBoardWriter Resume(string folder, long firstStep)
    {
        var writer = new TensorBoardWriter(folder);
        writer.Write(new Event { Step = firstStep, SessionLog = new SessionLog { Status = SessionLog.Types.SessionStatus.Start } });
        return writer;
    }

    /// <summary>Writes the scalars of a step.</summary>
    public void Write(long step, IEnumerable<KeyValuePair<string, double>> values)
    {
        var summary = new Summary();
        summary.Value.AddRange(values.Select(value => new Summary.Types.Value { Tag = value.Key, SimpleValue = (float)value.Value }));
        Write(new Event { Step = step, Summary = summary });
    }

    /// <summary>Writes what is no scalar, before or after all steps.</summary>
    public void Write(Summary summary) => Write(new Event { Summary = summary });

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    private void Write(Event content)
    {
        content.WallTime = (DateTime.UtcNow - DateTime.UnixEpoch).TotalSeconds;
        var payload = content.ToByteArray();
        var record = new byte[8 + 4 + payload.Length + 4];
        BinaryPrimitives.WriteInt64LittleEndian(record, payload.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(8), MaskedChecksum(record.AsSpan(0, 8)));
        payload.CopyTo(record, 12);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(12 + payload.Length), MaskedChecksum(payload));
        _file.Write(record);
    }

    private static uint MaskedChecksum(ReadOnlySpan<byte> bytes)
    {
        var checksum = uint.MaxValue;
        foreach (var value in bytes)
        {
            checksum = BitOperations.Crc32C(checksum, value);
        }

        return BitOperations.RotateRight(~checksum, 15) + MaskDelta;
    }
}

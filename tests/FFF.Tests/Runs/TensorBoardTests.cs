using System.Buffers.Binary;
using System.Text;
using FFF.Runs;
using FFF.Tests.Formats;
using Xunit;

namespace FFF.Tests.Runs;

/// <summary>Reads event files back by the formats' definitions, independently of the classes that wrote them.</summary>
public sealed class TensorBoardTests : IDisposable
{
    private readonly TemporaryFolder _root = new();
    private readonly RunFolder _run;

    public TensorBoardTests() => _run = RunFolder.Create(_root.Path, "moons");

    public void Dispose() => _root.Dispose();

    [Fact]
    public void ChecksumIsThatOfTheStandard() => Assert.Equal(0xe3069283, Crc32C("123456789"u8)); // RFC 3720, and the catalogue's check value.

    [Fact]
    public void HoldsTheLoggedScalars()
    {
        var before = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0;
        using (var writer = MetricsWriter.Create(_run, ["loss", "nll"]))
        {
            writer.Append(1L << 40, new Dictionary<string, double> { ["loss"] = 0.1, ["nll"] = -2 });
        }

        var file = Assert.Single(EventFiles());
        var events = Records(file).Select(Fields).ToArray();
        Assert.Equal(2, events.Length);
        Assert.Equal("brain.Event:2", Encoding.UTF8.GetString((byte[])events[0][3][0]));
        Assert.All(events, e => Assert.InRange(BitConverter.Int64BitsToDouble((long)e[1][0]), before - 0.01, before + 600));
        Assert.Equal(1L << 40, events[1][2][0]);
        var scalars = Fields((byte[])events[1][5][0])[1].Select(value => Fields((byte[])value)).ToArray();
        Assert.Equal(["loss", "nll"], scalars.Select(s => Encoding.UTF8.GetString((byte[])s[1][0])));
        Assert.Equal([0.1f, -2], scalars.Select(s => BitConverter.Int32BitsToSingle((int)(long)s[2][0])));
    }

    [Fact]
    public void ResumingTellsFromWhereOnOldEventsAreVoid()
    {
        using (var writer = MetricsWriter.Create(_run, ["loss"]))
        {
            writer.Append(10, new Dictionary<string, double> { ["loss"] = 1 });
            writer.Append(20, new Dictionary<string, double> { ["loss"] = 2 });
        }

        var old = Assert.Single(EventFiles());
        using (var writer = MetricsWriter.Resume(_run, ["loss"], step: 10))
        {
            writer.Append(20, new Dictionary<string, double> { ["loss"] = 3 });
        }

        var events = Records(Assert.Single(EventFiles(), file => file != old)).Select(Fields).ToArray();
        Assert.Equal(3, events.Length);
        Assert.Equal(11L, events[1][2][0]);
        Assert.Equal(1L, Fields((byte[])events[1][7][0])[1][0]); // SessionLog.status = START
        Assert.Equal(20L, events[2][2][0]);
    }

    [Fact]
    public void HoldsTheSettingsAsTheHparamsTabReadsThem()
    {
        File.WriteAllText(_run.ConfigFile, "name: moons\nseed: 3\ntraining: { epochs: 7, device: cpu, tf32: true }\n");
        using (var writer = MetricsWriter.Create(_run, ["loss"]))
        {
            writer.End();
        }

        // Summary.Value: tag 1, metadata 9; SummaryMetadata: plugin_data 1; PluginData: plugin_name 1, content 2.
        var values = Records(Assert.Single(EventFiles())).Select(Fields).Skip(1).Select(e => Fields((byte[])Fields((byte[])e[5][0])[1][0])).ToArray();
        Assert.Equal(["_hparams_/session_start_info", "_hparams_/session_end_info"], values.Select(value => Encoding.UTF8.GetString((byte[])value[1][0])));
        var data = values.Select(value => Fields((byte[])Fields((byte[])value[9][0])[1][0])).ToArray();
        Assert.All(data, plugin => Assert.Equal("hparams", Encoding.UTF8.GetString((byte[])plugin[1][0])));

        // HParamsPluginData: session_start_info 3, session_end_info 4; a map is entries of key 1 and value 2; Value: number 2, text 3, flag 4.
        var start = Fields((byte[])Fields((byte[])data[0][2][0])[3][0]);
        var settings = start[1].Select(entry => Fields((byte[])entry)).ToDictionary(
            entry => Encoding.UTF8.GetString((byte[])entry[1][0]), entry => Fields((byte[])entry[2][0]));
        Assert.DoesNotContain("name", settings.Keys);
        Assert.Equal(7, BitConverter.Int64BitsToDouble((long)settings["training.epochs"][2][0]));
        Assert.Equal("cpu", Encoding.UTF8.GetString((byte[])settings["training.device"][3][0]));
        Assert.Equal(1L, settings["training.tf32"][4][0]);
        Assert.InRange(BitConverter.Int64BitsToDouble((long)start[5][0]), 1.7e9, 1e10);
        Assert.Equal(1L, Fields((byte[])Fields((byte[])data[1][2][0])[4][0])[1][0]); // STATUS_SUCCESS
    }

    private string[] EventFiles() => Directory.GetFiles(_run.Path, "events.out.tfevents.*");

    /// <summary>The payloads of a TFRecord file, after both checksums of each were verified.</summary>
    private static List<byte[]> Records(string file)
    {
        var bytes = File.ReadAllBytes(file).AsSpan();
        var records = new List<byte[]>();
        while (!bytes.IsEmpty)
        {
            var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            Assert.Equal(Mask(Crc32C(bytes[..8])), BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]));
            var payload = bytes.Slice(12, length);
            Assert.Equal(Mask(Crc32C(payload)), BinaryPrimitives.ReadUInt32LittleEndian(bytes[(12 + length)..]));
            records.Add(payload.ToArray());
            bytes = bytes[(16 + length)..];
        }

        return records;
    }

    private static uint Mask(uint crc) => ((crc >> 15) | (crc << 17)) + 0xa282ead8;

    /// <summary>CRC-32C bit by bit: the reflected Castagnoli polynomial, initial and final inversion.</summary>
    private static uint Crc32C(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0x82f63b78);
            }
        }

        return ~crc;
    }

    /// <summary>The fields of a protocol buffer by number: numbers as long, the rest as bytes.</summary>
    private static Dictionary<int, List<object>> Fields(byte[] message)
    {
        var fields = new Dictionary<int, List<object>>();
        var at = 0;
        while (at < message.Length)
        {
            var key = (int)Varint(message, ref at);
            object value;
            switch (key & 7)
            {
                case 0:
                    value = Varint(message, ref at);
                    break;
                case 1:
                    value = BinaryPrimitives.ReadInt64LittleEndian(message.AsSpan(at));
                    at += 8;
                    break;
                case 2:
                    var length = (int)Varint(message, ref at);
                    value = message[at..(at + length)];
                    at += length;
                    break;
                default:
                    Assert.Equal(5, key & 7);
                    value = (long)BinaryPrimitives.ReadInt32LittleEndian(message.AsSpan(at));
                    at += 4;
                    break;
            }

            fields.TryAdd(key >> 3, []);
            fields[key >> 3].Add(value);
        }

        return fields;
    }

    private static long Varint(byte[] message, ref int at)
    {
        var (value, shift) = (0L, 0);
        while (true)
        {
            var part = message[at++];
            value |= (long)(part & 0x7f) << shift;
            shift += 7;
            if (part < 0x80)
            {
                return value;
            }
        }
    }
}

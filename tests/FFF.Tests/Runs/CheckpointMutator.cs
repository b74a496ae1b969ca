using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using FFF.Formats;

namespace FFF.Tests.Runs;

/// <summary>Damages the bytes of a safetensors file, by chance or as somebody would who knows the format.</summary>
internal sealed partial class CheckpointMutator(Random random)
{
    private const int LengthBytes = 8;

    private static readonly string[] Hostile =
    [
        "0", "1", "-1", "2", "4", "0.5", "1e3", "-0", "1e400", "4294967296", "4611686018427387904", "9223372036854775807", "18446744073709551616", "null",
        "true", "\"\"", "\"x\"", "[]", "{}", "[[]]",
        "\"F64\"", "\"F32\"", "\"I32\"", "\"I64\"", "\"U8\"", "\"BOOL\"", "\"F4\"", "\"\\ud800\"", "\"a\\u0000b\"", "\"../x\"", "\"__metadata__\"", "\"dtype\"",
        "\"shape\"", "\"data_offsets\"", "{", "}", "[", "]", ",", ":", "[1,1,1,1,1,1,1,1]", "[0,9223372036854775807]", "[-1,-1]", "NaN",
    ];

    private static readonly ulong[] Lengths = [0, 1, 7, 100_000_000, 100_000_001, 1UL << 31, 1UL << 32, 1UL << 62, long.MaxValue, ulong.MaxValue];

    /// <summary>Another file; the same one where chance makes no difference.</summary>
    public byte[] Mutate(byte[] file) => random.Next(10) switch
    {
        0 => Flip([.. file]),
        1 => file[..random.Next(file.Length)],
        2 => Insert(file),
        3 => WithLength(file),
        4 => WithData(file),
        5 => Nested(file),
        _ => WithHeader(file),
    };

    private byte[] Flip(byte[] file)
    {
        // Half of the damage goes to the header, which is the smaller part of a real checkpoint.
        var most = random.Next(2) == 0 ? Math.Min(file.Length, HeaderEnd(file)) : file.Length;
        for (var change = random.Next(1, 5); change > 0; change--)
        {
            file[random.Next(most)] ^= (byte)(1 << random.Next(8));
        }

        return file;
    }

    private byte[] Insert(byte[] file)
    {
        var at = random.Next(file.Length);
        var added = new byte[random.Next(1, 40)];
        random.NextBytes(added);
        return [.. file[..at], .. random.Next(2) == 0 ? added : file[at..Math.Min(file.Length, at + added.Length)], .. file[at..]];
    }

    private byte[] WithLength(byte[] file)
    {
        var length = random.Next(2) == 0 ? random.GetItems(Lengths, 1)[0] : (ulong)(HeaderEnd(file) - LengthBytes + random.Next(-9, 10));
        byte[] changed = [.. file];
        BinaryPrimitives.WriteUInt64LittleEndian(changed, length);
        return changed;
    }

    /// <summary>Other numbers with the right checksum.</summary>
    private byte[] WithData(byte[] file)
    {
        var (header, data) = Split(file);
        byte[] changed = [.. data];
        for (var change = random.Next(1, 5); change > 0; change--)
        {
            BinaryPrimitives.WriteSingleLittleEndian(changed.AsSpan(random.Next(changed.Length / 4) * 4),
                random.GetItems([float.NaN, float.PositiveInfinity, -1f, 0f, float.MaxValue, float.Epsilon], 1)[0]);
        }

        return Join(header, changed);
    }

    private byte[] Nested(byte[] file)
    {
        var depth = random.Next(1, 100_000);
        return Join("{\"a\":" + new string('[', depth) + (random.Next(2) == 0 ? new string(']', depth) + "}" : ""), Split(file).Data);
    }

    /// <summary>One to three tokens of the header replaced, removed, exchanged or repeated.</summary>
    private byte[] WithHeader(byte[] file)
    {
        var (header, data) = Split(file);
        List<string> tokens = [.. Token().Matches(header).Select(match => match.Value)];
        for (var change = random.Next(1, 4); change > 0; change--)
        {
            var (at, other) = (random.Next(tokens.Count), random.Next(tokens.Count));
            switch (random.Next(6))
            {
                case 0:
                    tokens.RemoveAt(at);
                    break;
                case 1:
                    (tokens[at], tokens[other]) = (tokens[other], tokens[at]);
                    break;
                case 2:
                    var length = Math.Min(random.Next(1, 20), tokens.Count - at);
                    tokens.InsertRange(other, tokens.GetRange(at, length));
                    break;
                case 3 when long.TryParse(tokens[at].Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var number):
                    var near = (number + random.Next(-4, 5)).ToString(CultureInfo.InvariantCulture);
                    tokens[at] = tokens[at][0] == '"' ? $"\"{near}\"" : near;
                    break;
                default:
                    tokens[at] = random.GetItems(Hostile, 1)[0];
                    break;
            }
        }

        return Join(string.Concat(tokens), data);
    }

    private static int HeaderEnd(byte[] file) => LengthBytes + (int)BinaryPrimitives.ReadInt64LittleEndian(file);

    private static (string Header, byte[] Data) Split(byte[] file) =>
        (Encoding.UTF8.GetString(file.AsSpan(LengthBytes..HeaderEnd(file))), file[HeaderEnd(file)..]);

    /// <summary>A file of this header, its length right, and these data, their checksum right where the header still has one.</summary>
    private static byte[] Join(string header, byte[] data)
    {
        var text = Encoding.UTF8.GetBytes(Checksum().Replace(header, $"\"{Safetensors.ChecksumKey}\":\"{Convert.ToHexStringLower(SHA256.HashData(data))}\""));
        var length = new byte[LengthBytes];
        BinaryPrimitives.WriteInt64LittleEndian(length, text.Length);
        return [.. length, .. text, .. data];
    }

    [GeneratedRegex("""
        "(\\.|[^"\\])*"|[-+.0-9eE]+|[a-z]+|\s+|.
        """, RegexOptions.Singleline)]
    private static partial Regex Token();

    [GeneratedRegex("\"sha256\":\"[0-9a-f]{64}\"")]
    private static partial Regex Checksum();
}

using System.Globalization;
using FFF.Configuration;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Tensorboard;

namespace FFF.Runs;

/// <summary>
/// The settings of a run as TensorBoard's HPARAMS tab has them: a session that starts with them, and how it ended. See plugins/hparams/plugin_data.proto
/// in https://github.com/tensorflow/tensorboard; TorchSharp does not define these messages.
/// </summary>
internal static class TensorBoardSettings
{
    private const string Plugin = "hparams";
    private const string StartTag = "_hparams_/session_start_info";
    private const string EndTag = "_hparams_/session_end_info";

    // HParamsPluginData, SessionStartInfo and SessionEndInfo by the numbers of their fields.
    private const int DataStart = 3;
    private const int DataEnd = 4;
    private const int StartTime = 5;
    private const int EndStatus = 1;
    private const int EndTime = 2;

    private const int LongestText = 100;

    /// <summary>STATUS_SUCCESS. TensorBoard keeps the first status that it reads, so that of a run that may go on none is written.</summary>
    private const int Success = 1;

    /// <summary>The start of a session.</summary>
    /// <param name="settings">The values by key path, as <see cref="ResolvedConfig.Read"/> gives them.</param>
    /// <param name="time">When.</param>
    public static Summary Start(IReadOnlyDictionary<string, string> settings, DateTimeOffset time)
    {
        // A Struct has a map from names to values as its only field, number 1, and so has SessionStartInfo as its first.
        var named = new Struct();
        foreach (var (key, value) in settings.Where(setting => setting.Key != "name" && setting.Value.Length <= LongestText))
        {
            named.Fields[key] = Of(value);
        }

        return Of(StartTag, DataStart, [.. named.ToByteArray(), .. Message(output => Double(output, StartTime, Seconds(time)))]);
    }

    /// <summary>The end of a session that reached it.</summary>
    public static Summary End(DateTimeOffset time) => Of(EndTag, DataEnd, Message(output =>
    {
        output.WriteTag(EndStatus, WireFormat.WireType.Varint);
        output.WriteEnum(Success);
        Double(output, EndTime, Seconds(time));
    }));

    private static Value Of(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? Value.ForNumber(number)
        : bool.TryParse(text, out var flag) ? Value.ForBool(flag)
        : Value.ForString(text);

    private static Summary Of(string tag, int field, byte[] content)
    {
        var data = Message(output =>
        {
            output.WriteTag(field, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(ByteString.CopyFrom(content));
        });
        var metadata = new SummaryMetadata { PluginData = new() { PluginName = Plugin, Content = ByteString.CopyFrom(data) } };
        return new() { Value = { new Summary.Types.Value { Tag = tag, Metadata = metadata } } };
    }

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using var buffer = new MemoryStream();
        using (var output = new CodedOutputStream(buffer, leaveOpen: true))
        {
            write(output);
        }

        return buffer.ToArray();
    }

    private static void Double(CodedOutputStream output, int field, double value)
    {
        output.WriteTag(field, WireFormat.WireType.Fixed64);
        output.WriteDouble(value);
    }

    private static double Seconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds() / 1000.0;
}

using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace FFF.Configuration.Yaml;

/// <summary>Writes a tree as YAML: lists of scalars on one line, everything else as a block.</summary>
internal static partial class YamlWriter
{
    private static readonly EmitterSettings Settings = new(
        bestIndent: 2, bestWidth: int.MaxValue, isCanonical: false, maxSimpleKeyLength: 1024, indentSequences: true, newLine: "\n");

    public static string Write(YamlNode root) => Write(root, onOneLine: false);

    /// <summary>The tree on one line, without a line feed.</summary>
    public static string WriteLine(YamlNode root) => Write(root, onOneLine: true).TrimEnd('\n');

    private static string Write(YamlNode root, bool onOneLine)
    {
        using var text = new StringWriter();
        var emitter = new Emitter(text, Settings);
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(null, null, isImplicit: true));
        Emit(emitter, root, onOneLine);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        return text.ToString();
    }

    private static void Emit(Emitter emitter, YamlNode node, bool onOneLine)
    {
        switch (node)
        {
            case YamlMap map:
                emitter.Emit(new MappingStart(default, default, isImplicit: true,
                    onOneLine || map.Entries.Count == 0 ? MappingStyle.Flow : MappingStyle.Block));
                foreach (var entry in map.Entries)
                {
                    emitter.Emit(new Scalar(entry.Key));
                    Emit(emitter, entry.Value, onOneLine);
                }

                emitter.Emit(new MappingEnd());
                break;
            case YamlList list:
                var style = onOneLine || list.Items.All(item => item is YamlScalar) ? SequenceStyle.Flow : SequenceStyle.Block;
                emitter.Emit(new SequenceStart(default, default, isImplicit: true, style));
                foreach (var item in list.Items)
                {
                    Emit(emitter, item, onOneLine);
                }

                emitter.Emit(new SequenceEnd());
                break;
            case YamlScalar scalar:
                emitter.Emit(new Scalar(default, default, scalar.Text, Style(scalar), isPlainImplicit: true, isQuotedImplicit: true));
                break;
        }
    }

    private static ScalarStyle Style(YamlScalar scalar)
    {
        var plain = scalar.Plain || (Unambiguous().IsMatch(scalar.Text) && !Reserved().IsMatch(scalar.Text));
        return plain ? ScalarStyle.Plain : scalar.Text.Any(char.IsControl) ? ScalarStyle.DoubleQuoted : ScalarStyle.SingleQuoted;
    }

    /// <summary>Text that no version of YAML takes for anything but text, but for the reserved words.</summary>
    [GeneratedRegex(@"\A[A-Za-z/][A-Za-z0-9_./-]*\z")]
    private static partial Regex Unambiguous();

    [GeneratedRegex(@"\A(null|true|false|yes|no|on|off|y|n)\z", RegexOptions.IgnoreCase)]
    private static partial Regex Reserved();
}

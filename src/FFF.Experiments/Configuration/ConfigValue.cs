using FFF.Configuration.Yaml;

namespace FFF.Configuration;

/// <summary>Any value that a key of an experiment may have: judged only once it stands in an experiment.</summary>
internal sealed record ConfigValue
{
    internal ConfigValue(YamlNode node) => Node = node;

    /// <summary>The value as YAML on one line.</summary>
    public string Text => YamlWriter.WriteLine(Node);

    internal YamlNode Node { get; }

    /// <inheritdoc/>
    public override string ToString() => Text;
}

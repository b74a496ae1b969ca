using System.Text;

namespace FFF.Configuration.Yaml;

/// <summary>Text from outside made fit for a message of one line.</summary>
internal static class Quoted
{
    private const int MaximumLength = 60;

    /// <summary>The text without control characters, shortened.</summary>
    public static string Bare(string text)
    {
        var shown = new StringBuilder();
        foreach (var rune in text.EnumerateRunes().Take(MaximumLength))
        {
            shown.Append(Rune.IsControl(rune) ? "·" : rune.ToString());
        }

        return shown.Length < text.Length ? shown.Append('…').ToString() : shown.ToString();
    }

    /// <summary>A node as a message names it.</summary>
    public static string Of(YamlNode node) => node switch
    {
        YamlScalar { IsNull: true } => "nothing",
        YamlScalar { Plain: true } scalar => $"'{Bare(scalar.Text)}'",
        YamlScalar scalar => $"the text '{Bare(scalar.Text)}'",
        YamlMap => "a mapping",
        YamlList => "a list",
        _ => "an element of a list",
    };
}

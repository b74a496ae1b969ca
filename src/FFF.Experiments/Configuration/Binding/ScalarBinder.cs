using System.Text.RegularExpressions;
using FFF.Configuration.Yaml;
using FFF.Formats;

namespace FFF.Configuration.Binding;

/// <summary>Turns a scalar into a value. Numbers and true/false must be written plain; text may be anything but nothing.</summary>
internal static class ScalarBinder
{
    /// <summary>The value, or null if the scalar is none of this shape.</summary>
    public static object? Bind(YamlScalar scalar, ValueShape shape) => shape switch
    {
        BooleanShape when scalar.Plain => scalar.Text switch
        {
            "true" or "True" or "TRUE" => true,
            "false" or "False" or "FALSE" => false,
            _ => null,
        },
        NumberShape number when scalar.Plain => Numbers.Parse(scalar.Text, number),
        ChoiceShape choice => choice.Choices.FirstOrDefault(candidate => candidate.Name == scalar.Text).Field?.GetValue(null),
        TextShape text when !scalar.IsNull && Matches(scalar.Text, text) => text.IsFile(scalar.Text) ? Resolve(scalar) : scalar.Text,
        _ => null,
    };

    private static bool Matches(string text, TextShape shape) =>
        text.Length >= shape.MinimumLength
        && (shape.Pattern is null || (Regex.Match(text, shape.Pattern.Pattern) is { Success: true } match && match.Length == text.Length));

    private static string? Resolve(YamlScalar path) =>
        path.Text.Contains('\0', StringComparison.Ordinal) ? null : Path.GetFullPath(HomeFolder.Expand(path.Text), path.At.Source.Directory);
}

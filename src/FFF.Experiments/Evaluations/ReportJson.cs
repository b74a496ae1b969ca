using System.Text.Json;
using System.Text.Json.Serialization;
using FFF.Formats;

namespace FFF.Evaluations;

/// <summary>Reports of evaluations as JSON: indented, with snake_case keys, infinities and NaN by their names.</summary>
public static class ReportJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        NewLine = "\n",
        WriteIndented = true,
    };

    /// <summary>The report as JSON.</summary>
    public static string Of<T>(T report) => JsonSerializer.Serialize(report, Options);

    /// <summary>The report in a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="what">What it should hold, for messages.</param>
    /// <exception cref="FileReadException">The file is missing, or holds no such report.</exception>
    public static T Read<T>(string path, string what)
        where T : class
    {
        using var file = InputFile.Open(path);
        try
        {
            return JsonSerializer.Deserialize<T>(file, Options) ?? throw new FileReadException(path, $"holds no {what}.");
        }
        catch (JsonException e)
        {
            throw new FileReadException(path, $"holds no {what}: {e.Message}", e);
        }
    }
}

using System.Text.Json;

namespace FFF.Datasets.Toy;

/// <summary>What toy data are called in messages and results.</summary>
internal static class ToyNames
{
    /// <summary>The name that the configuration gives them, such as toy data two_moons.</summary>
    public static string Of(ToyDistribution distribution) => $"toy data {JsonNamingPolicy.SnakeCaseLower.ConvertName(distribution.ToString())}";
}

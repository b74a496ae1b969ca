using System.Globalization;
using System.Text.Json;

namespace FFF.Options;

/// <summary>A record that says itself which of its properties do not fit together, beyond what types and attributes such as bounds can say.</summary>
public interface IValidated
{
    /// <summary>The rules. They are made before anything is checked, and must not fail where a property has no value yet.</summary>
    IEnumerable<Rule> Rules { get; }
}

/// <summary>A condition on several properties of a record, or on one that its type and bounds cannot state.</summary>
/// <param name="Problem">What is wrong with the record, or null; asked only where all of the properties have values.</param>
/// <param name="Properties">
/// The properties that the rule reads, by name or by a path such as Method.Flow; it is reported at the first of them that is written down.
/// </param>
public sealed record Rule(Func<string?> Problem, params IReadOnlyList<string> Properties)
{
    /// <summary>Whether it only says that a key means nothing here. Where earlier versions wrote down such keys, they are passed over.</summary>
    public bool IsOfUnusedKey { get; init; }

    /// <summary>Bounds that must not be the wrong way round.</summary>
    /// <param name="low">The property of the lower one.</param>
    /// <param name="high">The property of the upper one.</param>
    /// <param name="bounds">Their values.</param>
    internal static Rule Ascending(string low, string high, Func<(double Low, double High)> bounds) => new(
        () => bounds() is var (from, to) && from <= to ? null : $"expected {SnakeCase(low)} to be at most {SnakeCase(high)}, found {Text(from)} and {Text(to)}",
        low, high);

    /// <summary>Shares for validation and test that leave something to train on.</summary>
    internal static Rule Shares(string validation, string test, Func<(double Validation, double Test)> shares) => new(
        () => shares() is var (first, second) && first + second < 1
            ? null
            : $"expected {SnakeCase(validation)} and {SnakeCase(test)} that leave samples to train on, found {Text(first)} + {Text(second)}",
        validation, test);

    private static string SnakeCase(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
}

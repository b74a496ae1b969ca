using System.Globalization;

namespace FFF.Evaluations;

/// <summary>Whether an evaluation is of less than the run's own: its result then must not pass for the run's.</summary>
internal static class EvaluationPart
{
    /// <summary>What tells the result apart, such as samples-2; null where it is of as much as the run's own, or more.</summary>
    /// <param name="sizes">How much is evaluated of each thing, and how much by the run's own evaluation.</param>
    public static string? Of(params (string Name, long Count, long Own)[] sizes)
    {
        var less = sizes.Where(size => size.Count < size.Own).Select(size => string.Create(CultureInfo.InvariantCulture, $"{size.Name}-{size.Count}"));
        return string.Join('.', less) is { Length: > 0 } part ? part : null;
    }
}

using System.Text.Json.Serialization;
using static TorchSharp.torch;

namespace FFF.Transforms;

/// <summary>How a column is brought to about mean 0 and standard deviation 1.</summary>
public enum Scaling
{
    /// <summary>As true, but heavy tails as log, or as rank where that is not enough; the log says which columns were so.</summary>
    Auto,

    /// <summary>By mean and standard deviation of the training rows.</summary>
    [JsonStringEnumMemberName("true")]
    Standard,

    /// <summary>Not at all.</summary>
    [JsonStringEnumMemberName("false")]
    None,

    /// <summary>By median and interquartile range, which a few values far out do not move.</summary>
    Robust,

    /// <summary>
    /// By mean and deviation of the logarithm; of arsinh(x / s), with s the median size, where not all numbers are positive. What is learnt as a logarithm
    /// has only positive samples.
    /// </summary>
    Log,

    /// <summary>By ranks among the training rows, which become quantiles of a normal density.</summary>
    Rank,
}

/// <summary>How each column of rows is scaled.</summary>
/// <param name="Data">Of the samples, D of them.</param>
/// <param name="Condition">Of the conditions, C of them.</param>
public sealed record ColumnScalings(IReadOnlyList<Scaling> Data, IReadOnlyList<Scaling> Condition)
{
    /// <summary>
    /// P: columns of conditions whose numbers are equal modulo P are one quantity, seen several times, and are scaled alike, as the first of them is;
    /// null where each is scaled by itself.
    /// </summary>
    public int? ConditionsAlike { get; init; }

    /// <summary>What the columns are that are scaled alike; null where each is scaled by itself.</summary>
    internal AlikeColumns? Alike => ConditionsAlike is { } period ? new(Condition.Count, period) : null;

    /// <summary>Conditions by what is scaled of them.</summary>
    /// <param name="rows">[N, C].</param>
    /// <param name="momentsAfter">The moments of all columns behind a transform; null for none.</param>
    internal ScaledConditions OfConditions(Tensor rows, Func<ITransform?, ColumnMoments> momentsAfter) => Alike is { } alike
        ? new(alike.Pooled(rows), alike.Pooled(momentsAfter), [.. Condition.Take(alike.Period)])
        : new(rows, momentsAfter, Condition);

    /// <summary>The same for all columns.</summary>
    /// <param name="all">How each is scaled.</param>
    /// <param name="dimension">D.</param>
    /// <param name="conditions">C.</param>
    public static ColumnScalings Of(Scaling all, int dimension, int conditions) =>
        new([.. Enumerable.Repeat(all, dimension)], [.. Enumerable.Repeat(all, conditions)]);
}

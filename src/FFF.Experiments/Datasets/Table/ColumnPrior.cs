using System.Globalization;
using FFF.Options;
using FFF.Randomness;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Datasets.Table;

/// <summary>What a column was drawn from, or only what it lies between. Exactly one of the keys is given.</summary>
[OneKey]
public sealed record ColumnPrior : IValidated
{
    /// <summary>The two bounds between which all numbers are as likely.</summary>
    public IReadOnlyList<double>? Uniform { get; init; }

    /// <summary>The two bounds, above 0, between which all factors are as likely.</summary>
    [KeyName("log-uniform")]
    public IReadOnlyList<double>? LogUniform { get; init; }

    /// <summary>Mean and standard deviation of a normal density, which has no bounds.</summary>
    public IReadOnlyList<double>? Normal { get; init; }

    /// <summary>The two bounds alone, whatever is drawn between them.</summary>
    public IReadOnlyList<double>? Bounds { get; init; }

    /// <summary>A bound below all numbers alone, such as 0 for positive ones.</summary>
    public double? Above { get; init; }

    /// <summary>A bound above all numbers alone.</summary>
    public double? Below { get; init; }

    /// <inheritdoc/>
    IEnumerable<Rule> IValidated.Rules =>
    [
        new(() => new object?[] { Uniform, LogUniform, Normal, Bounds, Above, Below }.Count(given => given is not null) == 1
            ? null
            : "expected exactly one of uniform, log-uniform, normal, bounds, above and below",
            nameof(Uniform), nameof(LogUniform), nameof(Normal), nameof(Bounds), nameof(Above), nameof(Below)),
        Ascending(nameof(Uniform), () => Uniform, "uniform", double.NegativeInfinity),
        Ascending(nameof(LogUniform), () => LogUniform, "log-uniform", 0),
        Ascending(nameof(Bounds), () => Bounds, "bounds", double.NegativeInfinity),
        new(() => Normal is null || (Normal.Count == 2 && Normal[1] > 0) ? null
            : $"expected normal to be a mean and a standard deviation above 0, found [{Listed(Normal)}]", nameof(Normal)),
    ];

    /// <summary>Whether numbers can be drawn from it.</summary>
    internal bool IsDensity => (Uniform ?? LogUniform ?? Normal) is not null;

    /// <summary>Numbers drawn from it, [N], float64; the caller's.</summary>
    /// <exception cref="InvalidOperationException">It is no density.</exception>
    internal Tensor Draw(long count, RandomStream random)
    {
        using var scope = NewDisposeScope();
        Tensor Between(double low, double high) => (low + ((high - low) * random.Uniform([count], float64))).clamp(low, high);
        var drawn = Uniform is [var a, var b] ? Between(a, b)
            : LogUniform is [var least, var greatest] ? Between(Math.Log(least), Math.Log(greatest)).exp().clamp(least, greatest)
            : Normal is [var mean, var deviation] ? mean + (deviation * random.Normal([count], float64))
            : throw NoDensity();
        return drawn.MoveToOuterDisposeScope();
    }

    /// <summary>F(x), the probability of a smaller number, of each number; float64, the caller's.</summary>
    /// <exception cref="InvalidOperationException">It is no density.</exception>
    internal Tensor Distribution(Tensor values)
    {
        using var scope = NewDisposeScope();
        Tensor Share(Tensor x, double low, double high) => (x.clamp(low, high) - low) / (high - low);
        var share = Uniform is [var a, var b] ? Share(values, a, b)
            : LogUniform is [var least, var greatest] ? Share(values.clamp(least, greatest).log(), Math.Log(least), Math.Log(greatest))
            : Normal is [var mean, var deviation] ? 0.5 * special.erfc((mean - values) / (deviation * Math.Sqrt(2)))
            : throw NoDensity();
        return share.MoveToOuterDisposeScope();
    }

    /// <summary>The density in words.</summary>
    /// <exception cref="InvalidOperationException">It is no density.</exception>
    internal string Words() => Uniform is [var a, var b] ? FormattableString.Invariant($"uniform from {a} to {b}")
        : LogUniform is [var least, var greatest] ? FormattableString.Invariant($"log-uniform from {least} to {greatest}")
        : Normal is [var mean, var deviation] ? FormattableString.Invariant($"normal with mean {mean} and deviation {deviation}")
        : throw NoDensity();

    /// <summary>The bounds; null where there are none.</summary>
    internal ColumnBounds? ToBounds() => (Uniform ?? LogUniform ?? Bounds) is { } box ? new(box[0], box[1], LogUniform is not null)
        : Above is { } low ? new(low, double.PositiveInfinity)
        : Below is { } high ? new(double.NegativeInfinity, high)
        : null;

    /// <summary>The space of columns with these priors.</summary>
    /// <param name="priors">The priors, by names or patterns of columns.</param>
    /// <param name="columns">The names of the columns that are learnt.</param>
    /// <param name="table">What the table is called.</param>
    /// <param name="key">The key that has the priors.</param>
    /// <exception cref="DatasetException">There is no such column, or one has two priors.</exception>
    internal static Space SpaceOf(IReadOnlyList<Keyed<ColumnPrior>> priors, IReadOnlyList<string> columns, string table, string key)
    {
        var file = new TableColumns(table, columns, AreNamed: true);
        var bounds = new ColumnBounds?[columns.Count];
        foreach (var (column, prior) in ColumnPattern.Each(priors, file, key))
        {
            bounds[column] = prior.ToBounds();
        }

        return bounds.All(bound => bound is null) ? new VectorSpace(columns.Count) : new BoundedVectors(bounds);
    }

    private static Rule Ascending(string property, Func<IReadOnlyList<double>?> bounds, string key, double above) => new(
        () => bounds() is not { } given || (given.Count == 2 && given[0] < given[1] && given[0] > above && double.IsFinite(given[1] - given[0]))
            ? null
            : $"expected {key} to be two bounds{(above == 0 ? " above 0" : "")}, the lower one first, found [{Listed(given)}]", property);

    private static InvalidOperationException NoDensity() => new("Bounds alone are no density.");

    private static string Listed(IReadOnlyList<double> numbers) =>
        string.Join(", ", numbers.Select(number => number.ToString(CultureInfo.InvariantCulture)));
}

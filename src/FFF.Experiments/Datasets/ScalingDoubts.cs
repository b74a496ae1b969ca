using System.Globalization;
using FFF.Spaces;
using FFF.Transforms;
using static TorchSharp.torch;

namespace FFF.Datasets;

/// <summary>Columns with heavy tails: what was made of them, or what should be.</summary>
internal static class ScalingDoubts
{
    private const int MaxColumns = 2_000;

    /// <summary>A sentence for each such column.</summary>
    /// <param name="train">The training rows.</param>
    /// <param name="source">All rows, with the names of their columns.</param>
    /// <param name="scalings">How they are scaled.</param>
    public static IEnumerable<string> Of(IRows train, DataSource source, ColumnScalings scalings)
    {
        if (!train.Space.IsStandardized || source.Columns.Count + source.ConditionColumns.Count > MaxColumns)
        {
            return [];
        }

        using var scope = NewDisposeScope();
        var first = train.Part(0, Math.Min(train.Count, HeavyTails.MaxRows));
        var data = source.Columns.Count == train.Dimension
            ? OfColumns(first.Data, train.Space.Transform, train.Moments, source.Columns, scalings.Data)
            : [];

        // Of columns that are scaled alike, the first is named.
        var conditions = first.Condition is { } given && source.ConditionColumns.Count == train.ConditionDimension
            && scalings.OfConditions(given, before => train.ConditionMoments(before)!) is var own
            ? OfColumns(own.Rows, null, own.MomentsAfter, [.. source.ConditionColumns.Take(own.Scalings.Count)], own.Scalings)
            : [];
        return [.. data.Select(doubt => $"{source.Name}: {doubt}"), .. conditions.Select(doubt => $"{source.ConditionName ?? source.Name}: {doubt}")];
    }

    private static IEnumerable<string> OfColumns(
        Tensor first, ITransform? before, Func<ITransform?, ColumnMoments> momentsAfter, IReadOnlyList<string> names, IReadOnlyList<Scaling> scalings)
    {
        var rows = first.to(float64);
        var seen = before is null ? rows : before.Forward(rows).Y;
        var heavy = names.Index().Select(name => (name.Item, name.Index, Ratio: HeavyTails.Ratio(seen.select(1, name.Index))))
            .Where(column => column.Ratio > HeavyTails.MostRatio && scalings[column.Index] is Scaling.Auto or Scaling.Standard).ToList();
        if (heavy.Count == 0)
        {
            return [];
        }

        var maps = RowScaling.Fit(first, before, momentsAfter, scalings).Scaling.Maps;
        return heavy.Select(column =>
        {
            var why = string.Create(CultureInfo.InvariantCulture, $"the column '{column.Item}' has heavy tails, its standard deviation {column.Ratio:G3} times "
                + $"that of its middle half");
            return maps?.Columns[column.Index] switch
            {
                null => $"{why}, so that most of its values become almost the same. Let data.standardize be auto, or log or rank for this column.",
                RankMap => $"{why}: it is scaled by its ranks (data.standardize: auto).",
                AboveMap => $"{why}: it is scaled as its logarithm (data.standardize: auto).",
                SignedLogMap map => string.Create(CultureInfo.InvariantCulture,
                    $"{why}, and not only positive numbers: it is scaled as arsinh(x / {map.Scale:G3}) (data.standardize: auto)."),
                var map => throw new InvalidOperationException($"A {map.GetType().Name} is fitted to no column."),
            };
        });
    }
}

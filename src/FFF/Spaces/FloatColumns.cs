using System.Globalization;
using FFF.Transforms;
using static TorchSharp.torch;

namespace FFF.Spaces;

/// <summary>Whether columns of float64 can be given to networks, which compute in float32.</summary>
internal static class FloatColumns
{
    /// <summary>The first column that cannot, and what is wrong with it, in words that follow its name; null if all can.</summary>
    /// <param name="train">The training rows. What is in float32 already has lost nothing that could be lost here.</param>
    /// <param name="scalings">How columns are scaled; the space may rule it out for the samples.</param>
    /// <param name="key">What turns that on, such as data.standardize.</param>
    public static (bool IsCondition, int Column, string Problem)? FirstProblem(IRows train, ColumnScalings scalings, string key)
    {
        using var scope = NewDisposeScope();
        var first = train.Part(0, Math.Min(train.Count, HeavyTails.MaxRows));
        var ofData = train.Space.IsStandardized ? scalings.Data : [.. scalings.Data.Select(_ => Scaling.None)];
        if (OfColumns(first.Data, train.Space.Transform, ofData, train.Moments, key) is var (column, problem))
        {
            return (false, column, problem);
        }

        // Of columns that are scaled alike, the first is named.
        return first.Condition is { } given && scalings.OfConditions(given, before => train.ConditionMoments(before)!) is var own
            && OfColumns(own.Rows, null, own.Scalings, own.MomentsAfter, key) is var (at, wrong)
            ? (true, at, wrong)
            : null;
    }

    private static (int Column, string Problem)? OfColumns(
        Tensor first, ITransform? before, IReadOnlyList<Scaling> scalings, Func<ITransform?, ColumnMoments> momentsAfter, string key)
    {
        if (first.dtype != float64)
        {
            return null;
        }

        var (scaling, moments) = RowScaling.Fit(first, before, momentsAfter, scalings);

        // Centring and scaling keep the order of numbers, so that none is larger than what becomes of the extremes.
        var extremes = scaling.Standardizer.Forward(stack([tensor(moments.Least), tensor(moments.Greatest)])).Y;
        var wrong = extremes.to(float32).isfinite().all(0).logical_not().nonzero();
        if (wrong.shape[0] > 0)
        {
            var large = (int)wrong[0, 0].item<long>();
            return (large, "has values that are too large for float32, in which networks compute. "
                + $"Scale the column{(scalings[large] != Scaling.None ? "" : $", or leave {key} on")}.");
        }

        if (CollapsedColumn.FirstOrNull(first, scaling.Forward(before is null ? first : before.Forward(first).Y).Y) is not { } lost)
        {
            return null;
        }

        var remedy = scalings[lost.Column] != Scaling.None
            ? ", though it was centred and scaled first: a few values lie very far from the others. "
                + $"Let {key} be log or rank for the column, take logarithms, or cut off what is far out."
            : $". Leave {key} on, or subtract the column's mean.";
        return (lost.Column, string.Create(CultureInfo.InvariantCulture,
            $"has {lost.Distinct:N0} distinct values in {lost.Rows:N0} training rows, of which only {lost.Left:N0} are left in float32, "
            + $"in which networks compute{remedy}"));
    }
}

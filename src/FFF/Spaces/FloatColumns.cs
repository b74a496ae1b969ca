using System.Globalization;
using FFF.Transforms;
using static TorchSharp.torch;

namespace FFF.Spaces;

/// <summary>Whether columns of float64 can be given to networks, which compute in float32.</summary>
internal static class FloatColumns
{
    /// <summary>The first column that cannot, and what is wrong with it, in words that follow its name; null if all can.</summary>
    /// <param name="train">The training rows. What is in float32 already has lost nothing that could be lost here.</param>
    /// <param name="standardize">Whether they are standardised; the space may rule it out for the samples.</param>
    /// <param name="key">What turns that on, such as data.standardize.</param>
    public static (bool IsCondition, int Column, string Problem)? FirstProblem(IRows train, bool standardize, string key)
    {
        using var scope = NewDisposeScope();
        var first = train.Part(0, Math.Min(train.Count, CollapsedColumn.MaxRows));
        if (OfColumns(first.Data, train.Space.Transform, standardize && train.Space.IsStandardized, train.Moments, key) is var (column, problem))
        {
            return (false, column, problem);
        }

        return first.Condition is { } given && OfColumns(given, null, standardize, _ => train.ConditionMoments()!, key) is var (at, wrong)
            ? (true, at, wrong)
            : null;
    }

    private static (int Column, string Problem)? OfColumns(
        Tensor first, ITransform? before, bool standardize, Func<ITransform?, ColumnMoments> momentsAfter, string key)
    {
        if (first.dtype != float64)
        {
            return null;
        }

        var moments = momentsAfter(before);
        var standardizer = standardize ? Standardizer.Of(moments) : null;
        Tensor Given(Tensor values) => standardizer is null ? values : standardizer.Forward(values).Y;

        // Centring and scaling keep the order of numbers, so that none is larger than what becomes of the extremes.
        var extremes = Given(stack([tensor(moments.Least), tensor(moments.Greatest)]));
        var wrong = extremes.to(float32).isfinite().all(0).logical_not().nonzero();
        if (wrong.shape[0] > 0)
        {
            return ((int)wrong[0, 0].item<long>(),
                $"has values that are too large for float32, in which networks compute. Scale the column{(standardize ? "" : $", or leave {key} on")}.");
        }

        if (CollapsedColumn.FirstOrNull(first, Given(before is null ? first : before.Forward(first).Y)) is not { } lost)
        {
            return null;
        }

        var remedy = standardize
            ? ", though it was centred and scaled first: a few values lie very far from the others. Take logarithms, or cut off what is far out."
            : $". Leave {key} on, or subtract the column's mean.";
        return (lost.Column, string.Create(CultureInfo.InvariantCulture,
            $"has {lost.Distinct:N0} distinct values in {lost.Rows:N0} training rows, of which only {lost.Left:N0} are left in float32, "
            + $"in which networks compute{remedy}"));
    }
}

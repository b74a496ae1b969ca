using System.Globalization;
using static TorchSharp.torch;

namespace FFF.Transforms;

/// <summary>Whether columns of float64 can be given to networks, which compute in float32.</summary>
internal static class FloatColumns
{
    /// <summary>The first column that cannot, and what is wrong with it, in words that follow its name; null if all can.</summary>
    /// <param name="values">[N, D], in their own units. What is in float32 already has lost nothing that could be lost here.</param>
    /// <param name="before">What they go through before they are standardised; null if nothing.</param>
    /// <param name="standardize">Whether they are standardised.</param>
    /// <param name="key">What turns that on, such as data.standardize.</param>
    public static (int Column, string Problem)? FirstProblem(Tensor values, ITransform? before, bool standardize, string key)
    {
        if (values.dtype != float64)
        {
            return null;
        }

        using var scope = NewDisposeScope();
        var own = before is null ? values : before.Forward(values).Y;
        var given = standardize ? Standardizer.Fit(own).Forward(own).Y : own;
        var wrong = given.to(float32).isfinite().logical_not().nonzero();
        if (wrong.shape[0] > 0)
        {
            return ((int)wrong[0, 1].item<long>(),
                $"has values that are too large for float32, in which networks compute. Scale the column{(standardize ? "" : $", or leave {key} on")}.");
        }

        if (CollapsedColumn.FirstOrNull(values, given) is not { } lost)
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

using System.Globalization;
using FFF.Plots;

namespace FFF.Evaluations.Conformations;

/// <summary>A part of all conformations, such as <c>alpha: phi -180..0, psi -120..50</c>: all of its quantities lie between their bounds.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Bounds">The bounds of each of its quantities.</param>
internal sealed record ConformationState(string Name, IReadOnlyList<(Quantity Quantity, double Low, double High)> Bounds)
{
    private const string Between = "..";

    /// <summary>The states that a text names; a problem in words where it does not.</summary>
    /// <param name="text">States with semicolons between them.</param>
    /// <param name="quantities">What they are told by.</param>
    public static (IReadOnlyList<ConformationState> States, string? Problem) Parse(string text, IReadOnlyList<Quantity> quantities)
    {
        var states = new List<ConformationState>();
        foreach (var (name, rest) in NamedParts.Of(text))
        {
            var bounds = new List<(Quantity, double, double)>();
            foreach (var part in rest.Split(',', StringSplitOptions.TrimEntries))
            {
                if (name is null || part.Split(' ', 2, StringSplitOptions.TrimEntries) is not [var of, var range]
                    || range.Split(Between, StringSplitOptions.TrimEntries) is not [var from, var to]
                    || !TryNumber(from, out var low) || !TryNumber(to, out var high) || low >= high)
                {
                    return ([], $"expected names and bounds such as 'alpha: phi -180..0, psi -120..50', the lower one first, found '{rest}'");
                }

                if (quantities.FirstOrDefault(quantity => quantity.Name == of) is not { } quantity)
                {
                    return ([], $"expected bounds of {string.Join(", ", quantities.Select(one => one.Name))}, found '{of}'");
                }

                if (quantity.IsPeriodic && high - low > Quantity.Turn)
                {
                    return ([], $"expected bounds of {of} that are at most one turn apart, found {part}");
                }

                bounds.Add((quantity, low, high));
            }

            states.Add(new(name!, bounds));
        }

        return (states, null);
    }

    /// <summary>Whether each system is in it.</summary>
    /// <param name="values">The values of each quantity.</param>
    public bool[] Holds(IReadOnlyDictionary<Quantity, double[]> values)
    {
        var count = values[Bounds[0].Quantity].Length;
        return [.. Enumerable.Range(0, count).Select(i => Bounds.All(bound => bound.Quantity.IsBetween(values[bound.Quantity][i], bound.Low, bound.High)))];
    }

    /// <summary>The parts of an axis that it covers: all where it has no bounds of the quantity, two where its bounds go over the end of a turn.</summary>
    /// <param name="quantity">The axis's quantity.</param>
    /// <param name="shown">What the axis shows.</param>
    public IEnumerable<AxisRange> Parts(Quantity quantity, AxisRange shown)
    {
        var (low, high) = Bounds.Where(bound => bound.Quantity == quantity).Aggregate((Low: double.NegativeInfinity, High: double.PositiveInfinity),
            (both, bound) => (Math.Max(both.Low, bound.Low), Math.Min(both.High, bound.High)));
        double[] shifts = quantity.IsPeriodic && double.IsFinite(low) ? [-Quantity.Turn, 0, Quantity.Turn] : [0];
        return shifts.Select(shift => new AxisRange(Math.Max(low + shift, shown.Low), Math.Min(high + shift, shown.High))).Where(part => part.Span > 0);
    }

    private static bool TryNumber(string text, out double number) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);
}

using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.RegularExpressions;

namespace FFF.Configuration.Binding;

/// <summary>Numbers as they are written in configurations: 200, 5e-4, 1.0e-3, 10_000; no infinities, no NaN.</summary>
internal static partial class Numbers
{
    /// <summary>Whether the text has the form of a number, whatever its size.</summary>
    public static bool IsNumber(string text) => Form().IsMatch(text);

    /// <summary>The number as the shape's type, or null if it is none, has a fraction where none belongs, or is out of bounds.</summary>
    public static object? Parse(string text, NumberShape shape)
    {
        if (!IsNumber(text))
        {
            return null;
        }

        var digits = text.Replace("_", "", StringComparison.Ordinal);
        return shape.IsInteger ? Integer(digits, shape) : Real(digits, shape.Range);
    }

    /// <summary>The shortest text that reads back as the same number, also for YAML 1.1, which wants a point before an exponent.</summary>
    public static string Text(object number)
    {
        var text = ((IFormattable)number).ToString(null, CultureInfo.InvariantCulture);
        var exponent = text.IndexOf('E', StringComparison.Ordinal);
        if (exponent < 0)
        {
            return text;
        }

        var mantissa = text[..exponent];
        var power = int.Parse(text[(exponent + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{mantissa}{(mantissa.Contains('.', StringComparison.Ordinal) ? "" : ".0")}e{power:+0;-0}");
    }

    // Decimal holds every long exactly, which double does not.
    private static object? Integer(string digits, NumberShape shape)
    {
        (decimal low, decimal high) = shape.Type == typeof(int) ? (int.MinValue, int.MaxValue) : (long.MinValue, long.MaxValue);
        if (!decimal.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            || decimal.Truncate(number) != number
            || number < low || number > high
            || (shape.Range is { } range && (number < Convert.ToDecimal(range.Minimum, null) || number > Convert.ToDecimal(range.Maximum, null))))
        {
            return null;
        }

        return shape.Type == typeof(int) ? (object)(int)number : (long)number;
    }

    private static object? Real(string digits, RangeAttribute? range)
    {
        var number = double.Parse(digits, NumberStyles.Float, CultureInfo.InvariantCulture);
        return double.IsFinite(number)
            && (range is null || (number >= Convert.ToDouble(range.Minimum, null) && number <= Convert.ToDouble(range.Maximum, null)))
            ? number
            : null;
    }

    [GeneratedRegex(@"\A[+-]?([0-9]+(_[0-9]+)*(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?\z")]
    private static partial Regex Form();
}

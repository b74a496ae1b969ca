using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;

namespace FFF.Options;

/// <summary>
/// Checks options that were made by a program as those of configurations are checked when they are read: by their bounds, their rules, and by what
/// may be null.
/// </summary>
internal static class OptionsCheck
{
    /// <summary>Throws at the first property that no configuration could have, of the options or of records within them.</summary>
    /// <param name="options">The options.</param>
    /// <param name="name">What they are called in the message.</param>
    /// <exception cref="ArgumentException">A property is null, out of its bounds, or breaks a rule; the message names it.</exception>
    public static void Require(object options, string name)
    {
        ArgumentNullException.ThrowIfNull(options, name);
        var nullability = new NullabilityInfoContext();
        foreach (var property in options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite))
        {
            var path = $"{name}.{property.Name}";
            if (property.GetValue(options) is { } value)
            {
                RequireValue(value, property, path);
            }
            else if (nullability.Create(property).ReadState == NullabilityState.NotNull)
            {
                throw new ArgumentException($"{path} is null. Give it a value, or leave it out.", name);
            }
        }

        foreach (var rule in (options as IValidated)?.Rules.Where(rule => !rule.IsOfUnusedKey) ?? [])
        {
            if (rule.Problem() is { } problem)
            {
                throw new ArgumentException($"{name}.{rule.Properties[0]}: {problem}.", name);
            }
        }
    }

    private static void RequireValue(object value, PropertyInfo property, string path)
    {
        var isList = value is IEnumerable and not string;
        foreach (var (item, place) in Items(value, path))
        {
            if (property.GetCustomAttribute<RangeAttribute>() is { } range && !IsWithin(item, range))
            {
                throw Unexpected(place, $"a number from {Text(range.Minimum)} to {Text(range.Maximum)}", item);
            }

            if (item.GetType().IsEnum && !Enum.IsDefined(item.GetType(), item))
            {
                throw Unexpected(place, $"one of {string.Join(", ", Enum.GetNames(item.GetType()))}", item);
            }

            if (IsRecord(item.GetType()))
            {
                Require(item, place);
            }
        }

        if (property.GetCustomAttribute<MinLengthAttribute>() is { } least && !least.IsValid(value))
        {
            throw Unexpected(path,
                $"at least {least.Length} {(isList ? "element" : "character")}{(least.Length == 1 ? "" : "s")}",
                isList ? "fewer" : $"'{value}'");
        }

        if (property.GetCustomAttribute<RegularExpressionAttribute>() is { } form && !form.IsValid(value))
        {
            throw Unexpected(path, form.ErrorMessage ?? form.Pattern, $"'{value}'");
        }
    }

    /// <summary>What bounds apply to: a value, or the elements of a list, and those of lists in it.</summary>
    private static IEnumerable<(object Item, string Place)> Items(object value, string path) => value is IEnumerable list and not string
        ? list.Cast<object>().SelectMany((item, i) => Items(item, $"{path}[{i}]"))
        : [(value, path)];

    private static bool IsWithin(object value, RangeAttribute range) =>
        Number(value) is var number && number >= Number(range.Minimum) && number <= Number(range.Maximum);

    /// <summary>Options are records; what else they hold, such as modules, is not looked into.</summary>
    private static bool IsRecord(Type type) => type.GetMethod("<Clone>$") is not null;

    private static double Number(object value) => Convert.ToDouble(value, CultureInfo.InvariantCulture);

    private static string Text(object value) => Convert.ToString(value, CultureInfo.InvariantCulture)!;

    private static ArgumentException Unexpected(string path, string expected, object found) =>
        new($"{path}: expected {expected}, found {Text(found)}.", path.Split('.')[0]);
}

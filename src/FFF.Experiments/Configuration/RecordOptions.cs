using System.Reflection;
using System.Text.RegularExpressions;
using FFF.Configuration.Binding;
using FFF.Configuration.Yaml;
using FFF.Options;

namespace FFF.Configuration;

/// <summary>
/// A record of options as a command line has it: an option for each of its keys that holds a number, a word, text or a flag,
/// with the bounds and the documentation that the key has in configurations.
/// </summary>
internal sealed class RecordOptions
{
    private readonly Type _record;

    private RecordOptions(Type record, IReadOnlyList<RecordOption> all) => (_record, All) = (record, all);

    /// <summary>The options, in the order of the keys.</summary>
    public IReadOnlyList<RecordOption> All { get; }

    /// <summary>The options of a record, which has a constructor without parameters.</summary>
    public static RecordOptions Of(Type record)
    {
        var standard = Activator.CreateInstance(record)!;
        return new(record, [.. ((RecordShape)ShapeReader.Read(record)).Keys
            .Where(key => key.Value is BooleanShape or NumberShape or TextShape or ChoiceShape)
            .Select(key => new RecordOption(key, key.Property.GetValue(standard)))]);
    }

    /// <summary>The record with what was given, all else at its defaults.</summary>
    public object Bind(IEnumerable<(RecordOption Option, object Value)> given)
    {
        var record = Activator.CreateInstance(_record)!;
        foreach (var (option, value) in given)
        {
            option.Key.Property.SetValue(record, value);
        }

        return record;
    }

    /// <summary>What the record's own rules find wrong with it, in the words of the command line; empty if nothing.</summary>
    public IEnumerable<string> Problems(object record)
    {
        foreach (var rule in (record as IValidated)?.Rules ?? [])
        {
            if (rule.Problem() is { } problem)
            {
                var read = rule.Properties.Select(property => All.First(option => option.Key.Property.Name == property)).ToList();

                // Where several do not go together, the message names keys.
                var told = read.Count == 1
                    ? problem
                    : read.Aggregate(problem, (text, option) => Regex.Replace(text, $@"(?<![\w-]){option.Key.Name}(?!\w)", option.Name));
                yield return $"{read[0].Name}: {told}.";
            }
        }
    }

    /// <summary>What each option is for. Reads the documentation, which takes a while: for help only.</summary>
    public IReadOnlyDictionary<RecordOption, string> Describe()
    {
        var (documentation, standard) = (new Documentation(), Activator.CreateInstance(_record)!);
        return All.ToDictionary(option => option, option =>
        {
            var text = documentation.Of(option.Key.Property) ?? "";
            return option.IsFlag ? option.FlagValue || text.Length == 0 ? text : $"Leaves out: {char.ToLowerInvariant(text[0])}{text[1..]}"
                : option.Key.Property.GetValue(standard) is { } value ? $"{text} {((YamlScalar)new RecordTree().Of(value, option.Key.Value)).Text} if left out."
                : text;
        });
    }
}

/// <summary>One option of <see cref="RecordOptions"/>.</summary>
internal sealed class RecordOption
{
    private static readonly Location Typed = new(new YamlSource("command line", Directory.GetCurrentDirectory(), IsFile: false), 1, 1);

    internal RecordOption(KeyShape key, object? standard)
    {
        var attribute = key.Property.GetCustomAttribute<CommandOptionAttribute>();
        Key = key;
        IsFlag = key.Value is BooleanShape;
        IsOn = standard is true;
        Name = attribute?.Name ?? $"--{(IsOn ? "no-" : "")}{key.Name.Replace('_', '-')}";
        HelpName = attribute?.HelpName
            ?? (key.Value is NumberShape ? "N" : key.Value is ChoiceShape choice ? string.Join('|', choice.Choices.Select(one => one.Name)) : "TEXT");
    }

    /// <summary>Its name with dashes. A flag that is on by default is named by what turns it off, such as --no-limit.</summary>
    public string Name { get; }

    /// <summary>What stands for its value in the help.</summary>
    public string HelpName { get; }

    /// <summary>Whether it takes no value.</summary>
    public bool IsFlag { get; }

    /// <summary>What a flag means where it is given.</summary>
    public bool FlagValue => !IsOn;

    /// <summary>What it takes, in words that follow "expected".</summary>
    public string Expected => Key.Value.Expected;

    internal KeyShape Key { get; }

    private bool IsOn { get; }

    /// <summary>The value of a text; null if it is none of those that are expected.</summary>
    public object? Parse(string text) => ScalarBinder.Bind(new YamlScalar(text, Plain: true, Typed), Key.Value);
}

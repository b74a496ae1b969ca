using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;
using FFF.Configuration;
using FFF.Devices;
using FFF.Formats;
using FFF.Runs;

namespace FFF.Cli.Parsing;

/// <summary>Options that several commands have. Each call makes a new one.</summary>
internal static class CommonOptions
{
    public static Option<string> Runs() =>
        new("--runs") { Description = "The folder that holds the runs.", HelpName = "DIR", DefaultValueFactory = _ => "runs" };

    /// <summary>The point that a pair plot marks; see <see cref="SampleSides.Truth"/>.</summary>
    public static Option<string?> Truth() => new("--truth")
    {
        Description = "True parameters, which are marked: numbers such as 0.1,-0.2, or by name such as a=0.1,b=-0.2; or a file with one row.",
        HelpName = "FILE|NUMBERS",
    };

    /// <summary>The run; see <see cref="RunChoice"/>.</summary>
    public static Option<string?> Run()
    {
        var run = new Option<string?>("--run")
        {
            Description = "The run: a path, NAME (its newest version), NAME/vNNNN, or latest. The newest finished run that fits if left out.",
            HelpName = "RUN",
        };
        run.CompletionSources.Add(Completions.Runs);
        return run;
    }

    public static Option<string> Checkpoint() =>
        new("--checkpoint") { Description = "best, last or a file.", HelpName = "best|last|FILE", DefaultValueFactory = _ => "best" };

    /// <summary>What a device can be.</summary>
    public const string Devices = "auto (what should be faster), cpu, cuda or cuda:N";

    public static Option<string> Device()
    {
        var device = new Option<string>("--device") { Description = $"{Devices}.", HelpName = "DEVICE", DefaultValueFactory = _ => DeviceRule.Auto };
        device.Validators.Add(CheckDevice);
        return device;
    }

    /// <summary>Refuses what can be no device.</summary>
    public static void CheckDevice(OptionResult result)
    {
        if (result.Tokens is [var token] && !DeviceRule.IsName(token.Value))
        {
            result.AddError($"--device: expected {DeviceRule.Names}, found '{token.Value}'.");
        }
    }

    public static Option<bool> AcceptChangedData(string what) => new(RunData.Switch)
    {
        Description = $"{what} although its data files have changed: the rows that there were are split as they were, those that were added are left out. "
            + "The manifest notes it.",
    };

    public static Option<bool> Json() => new("--json") { Description = "Print the result as JSON." };

    public static Option<long?> Seed(string description) => Number<long>("--seed", description, _ => true, "a whole number");

    public static Option<string?> Out(string description) => new("--out") { Description = description, HelpName = "FILE" };

    public static Option<string[]> Config(bool required)
    {
        var config = new Option<string[]>("--config")
        {
            Description = "The experiment: a YAML file; the name of one under ./configs or of one that comes with the program, such as qm9 or sbi/two_moons; "
                + "or - for standard input. Given again, later ones override earlier ones.",
            HelpName = "FILE|NAME|-",
            Required = required,
            AllowMultipleArgumentsPerToken = false,
        };
        config.CompletionSources.Add(_ => ConfigNames.All);
        return config;
    }

    /// <summary><c>key.path=value</c>, after all options.</summary>
    public static Argument<string[]> Overrides()
    {
        var overrides = new Argument<string[]>("key.path=value")
        {
            Description = "Settings that override the files', such as training.epochs=50.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        overrides.CompletionSources.Add(Completions.Settings);
        overrides.Validators.Add(result => RefuseOptions(result, " Settings of the experiment have no dashes, such as training.epochs=50."));
        overrides.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => IsConfiguration(token.Value)))
            {
                result.AddError($"'{token.Value}' is a configuration: give it by --config {token.Value}.");
            }
        });
        return overrides;
    }

    private static bool IsConfiguration(string text) =>
        Path.GetExtension(text).ToLowerInvariant() is ".yaml" or ".yml" && !text.Contains('=', StringComparison.Ordinal);

    /// <summary>Validates an argument that takes any text: the parser takes an option that it does not know for one.</summary>
    /// <param name="result">What the argument was given.</param>
    /// <param name="advice">What the error ends with.</param>
    public static void RefuseOptions(ArgumentResult result, string advice = "")
    {
        var command = (result.Parent as CommandResult)?.Command;
        foreach (var token in result.Tokens.Where(token => token.Value.StartsWith('-') && command is not null))
        {
            result.AddError($"{UsageErrors.Unknown(token.Value, command!)}{advice}");
        }
    }

    /// <summary>Lets an argument be one of these names, and tells the nearest to any other.</summary>
    public static void AcceptOnly(Argument<string> argument, IReadOnlyList<string> names)
    {
        argument.CompletionSources.Add(_ => names);
        argument.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !names.Contains(token.Value))
            {
                result.AddError($"there is no {argument.Name} '{token.Value}'.{NearestKey.Question(token.Value, names)} There are: "
                    + $"{string.Join(", ", names)}.");
            }
        });
    }

    /// <summary>An option that takes a number.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it is for.</param>
    /// <param name="isValid">Which numbers are allowed.</param>
    /// <param name="expected">The same in words.</param>
    public static Option<T?> Number<T>(string name, string description, Func<T, bool> isValid, string expected)
        where T : struct, INumber<T> => new(name)
        {
            Description = description,
            HelpName = "N",
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                if (T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && isValid(value))
                {
                    return value;
                }

                result.AddError($"{name}: expected {expected}, found '{text}'.");
                return null;
            },
        };
}

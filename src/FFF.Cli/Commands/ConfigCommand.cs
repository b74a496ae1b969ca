using System.CommandLine;
using System.Text.Json;
using FFF.Cli.Parsing;
using FFF.Cli.Rendering;
using FFF.Configuration;
using FFF.Formats;
using FFF.Runs;
using FFF.Sweeps;
using Spectre.Console;

namespace FFF.Cli.Commands;

/// <summary><c>fff config list|show|validate|keys|schema</c></summary>
internal static class ConfigCommand
{
    public static Command Create() =>
        new("config", "Shows and checks experiments, and writes the schema that editors complete them by.") { List(), Show(), Validate(), Keys(), Schema() };

    private static ExampledCommand List()
    {
        var command = new ExampledCommand("list", "Lists the configurations that come with the program, by the names that --config takes.", "fff config list");
        command.SetAction(_ => Console.Out.Write(string.Concat(ConfigNames.Shipped.Select(name => name + "\n"))));
        return command;
    }

    private static ExampledCommand Show()
    {
        var (config, overrides) = (CommonOptions.Config(required: true), CommonOptions.Overrides());
        var command = new ExampledCommand("show", "Prints the resolved experiment, every default spelt out.",
            "fff config show --config sbi/two_moons training.epochs=50") { config, overrides };
        command.SetAction(parsed => Console.Out.Write(ExperimentFile.Write(Load(parsed, config, overrides))));
        return command;
    }

    private static ExampledCommand Validate()
    {
        var config = CommonOptions.Config(required: false);
        config.Description = "An experiment of several files, which are laid over each other, in place of FILE.";
        var given = new Argument<string[]>("FILE")
        {
            Description = "Experiments and sweeps, each for itself: YAML files or names, such as sbi/two_moons. key.path=value overrides in each.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        given.CompletionSources.Add(_ => ConfigNames.All);
        given.Validators.Add(result => CommonOptions.RefuseOptions(result));
        var command = new ExampledCommand("validate", "Checks experiments and sweeps, and lists everything that is wrong with them.",
            "fff config validate mine.yaml sweep.yaml", "fff config validate --config base.yaml --config mine.yaml training.epochs=50") { config, given };
        command.SetAction(parsed =>
        {
            var overrides = (parsed.GetValue(given) ?? []).Where(IsOverride).ToArray();
            string[] files = [.. (parsed.GetValue(given) ?? []).Except(overrides)];
            var layers = parsed.GetValue(config) ?? [];
            if (files.Length + layers.Length == 0)
            {
                throw new CommandException(ExitCode.Usage, "name the files to check, such as: fff config validate mine.yaml sweep.yaml");
            }

            string[][] checks = [.. layers.Length > 0 ? [layers] : Array.Empty<string[]>(), .. files.Select(file => (string[])[file])];
            var problems = new List<Problem>();
            foreach (var check in checks)
            {
                try
                {
                    Console.Out.WriteLine(Valid(check, overrides));
                }
                catch (ConfigurationException e)
                {
                    problems.AddRange(e.Problems);
                }
                catch (RunException e)
                {
                    problems.Add(new Problem(check[^1], null, null, "name", e.Message));
                }
            }

            if (problems.Count > 0)
            {
                throw new ConfigurationException(problems);
            }
        });
        return command;
    }

    /// <summary>A setting, and no file whose name has such a sign.</summary>
    private static bool IsOverride(string text) => text.Contains('=', StringComparison.Ordinal) && !File.Exists(text);

    private static string Valid(string[] files, string[] overrides)
    {
        if (!SweepFile.IsSweep(files[^1]))
        {
            return $"The experiment '{ExperimentFile.Load(files, overrides, ConfigFiles.Surroundings).Name}' is valid.";
        }

        var plan = SweepPlan.Create(SweepFile.Load(files, overrides, ConfigFiles.Surroundings), ConfigFiles.Surroundings);
        return $"The sweep '{plan.Sweep.Name}' is valid, with {NumberText.Counted((long)SearchSpace.Count(plan.Sweep.Search), "trial")}.";
    }

    private static ExampledCommand Keys()
    {
        var path = new Argument<string?>("KEY")
        {
            Description = "The path of a key, such as training or training.optimizer; all keys if left out.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        path.CompletionSources.Add(_ => ConfigKeys.All.Select(key => key.Path));
        path.Validators.Add(result => CommonOptions.RefuseOptions(result));
        var sweep = new Option<bool>("--sweep") { Description = "The keys of sweeps instead." };
        var json = CommonOptions.Json();
        var command = new ExampledCommand("keys", "Shows keys at and below a path: what belongs there, its default and its meaning.",
            "fff config keys training", "fff config keys training.optimizer", "fff config keys --sweep search") { path, sweep, json };
        command.SetAction(parsed =>
        {
            var rows = KeyTable.Of(parsed.GetValue(sweep) ? typeof(SweepConfig) : typeof(Experiment), parsed.GetValue(path) ?? "");
            if (parsed.GetValue(json))
            {
                Console.Out.WriteLine(JsonSerializer.Serialize(rows, ResultJson.Default.IReadOnlyListKeyRow));
                return;
            }

            var table = Tables.Create(
                new("key", Justify.Left), new("default", Justify.Left), new("value", Justify.Left, IsOptional: true), new("meaning", Justify.Left));
            foreach (var row in rows)
            {
                table.Row([row.Kinds.Count == 0 ? row.Key : $"{row.Key} ({string.Join(", ", row.Kinds)})",
                    row.IsRequired ? "required" : row.Default ?? "none", row.Value, row.Meaning]);
            }

            Screen.Out.Write(table);
        });
        return command;
    }

    private static ExampledCommand Schema()
    {
        var file = CommonOptions.Out("Write it to this file instead of printing it.");
        var sweep = new Option<bool>("--sweep") { Description = "The schema of sweeps instead." };
        var command = new ExampledCommand("schema", "Prints the JSON Schema of experiments.",
            "fff config schema --out configs/experiment.schema.json", "fff config schema --sweep --out configs/sweep.schema.json")
        { file, sweep };
        command.SetAction(parsed =>
        {
            var schema = (parsed.GetValue(sweep) ? ExperimentSchema.CreateForSweeps() : ExperimentSchema.Create()) + "\n";
            if (OutputFile.Check(parsed.GetValue(file)) is { } path)
            {
                AtomicFile.WriteText(path, schema);
            }
            else
            {
                Console.Out.Write(schema);
            }
        });
        return command;
    }

    private static Experiment Load(ParseResult parsed, Option<string[]> config, Argument<string[]> overrides) =>
        ExperimentFile.Load(parsed.GetRequiredValue(config), parsed.GetValue(overrides) ?? [], ConfigFiles.Surroundings);
}

using System.CommandLine;
using FFF.Cli.Parsing;
using FFF.Configuration;
using FFF.Formats;

namespace FFF.Cli.Commands;

/// <summary><c>fff config show|validate|schema</c></summary>
internal static class ConfigCommand
{
    public static Command Create() =>
        new("config", "Shows and checks experiments, and writes the schema that editors complete them by.") { List(), Show(), Validate(), Schema() };

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
        var (config, overrides) = (CommonOptions.Config(required: true), CommonOptions.Overrides());
        var command = new ExampledCommand("validate", "Checks an experiment and lists everything that is wrong with it.",
            "fff config validate --config configs/sbi/two_moons.yaml") { config, overrides };
        command.SetAction(parsed => Console.Out.WriteLine($"The experiment '{Load(parsed, config, overrides).Name}' is valid."));
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

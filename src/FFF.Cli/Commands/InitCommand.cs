using System.CommandLine;
using FFF.Cli.Parsing;
using FFF.Cli.Rendering;
using FFF.Configuration;
using FFF.Formats;
using FFF.Native;
using FFF.Recipes;

namespace FFF.Cli.Commands;

/// <summary><c>fff init</c></summary>
internal static class InitCommand
{
    private const string Ending = ".yaml";
    private const int LongestName = 100;

    private static readonly Option<string> Data = new("--data")
    {
        Description = "The file of a table; or two, of parameters and observations row by row, with a comma between them.",
        HelpName = "FILE[,FILE]",
        Required = true,
    };

    private static readonly Option<string?> Parameters = Option("--parameters",
        "The columns that are learnt, given the observations: names, names with * or ?, ranges such as 0-4 of places from 0; all of the first of two files if "
        + "left out.");

    private static readonly Option<string?> Observations = Option("--observations",
        "The columns that are observed, in the same way; all others if left out.");

    private static readonly Argument<string[]> Settings = new("key=value")
    {
        Description = "Further keys of data, such as condition_columns=[hour] of a table, or prior={rate: {uniform: [0, 2]}} of simulations; "
            + "see fff config keys data.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<string?> Name = new("--name")
    {
        Description = "The experiment's name; that of the file that is written, or else of the data's, if left out.",
        HelpName = "NAME",
    };

    private static readonly Option<string?> Out = CommonOptions.Out("The configuration that is written; NAME.yaml if left out.");
    private static readonly Option<bool> Force = new("--force") { Description = "Writes it although there is such a file already." };

    public static Command Create()
    {
        var command = new ExampledCommand("init",
            "Looks at data of one's own and writes a commented configuration, with settings for data of this shape and the bounds that the data show.",
            "fff init --data theta.npy,x.npy",
            "fff init --data theta.csv,x.csv 'prior={rate: {uniform: [0.1, 2]}}' --name decay",
            "fff init --data all.csv --parameters rate,start --observations 'y*'",
            "fff init --data measurements.csv condition_columns=[hour]")
        {
            Data, Parameters, Observations, Settings, Name, Out, Force,
        };
        Settings.Validators.Add(result => CommonOptions.RefuseOptions(result, " Keys of the data have no dashes, such as condition_columns=[hour]."));
        command.SetAction(Init);
        return command;
    }

    private static int Init(ParseResult parsed)
    {
        var file = OutputFile.Check(parsed.GetValue(Out));
        var files = parsed.GetRequiredValue(Data).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var name = parsed.GetValue(Name) ?? NameOf(file ?? files.FirstOrDefault() ?? "");
        file = OutputFile.Check(file ?? name + Ending)!;
        if (File.Exists(file) && !parsed.GetValue(Force))
        {
            throw new CommandException(ExitCode.Usage, $"{file}: is there already. {Force.Name} replaces it, --out FILE writes another one.");
        }

        Libtorch.Load();
        var experiment = ExperimentFile.Load([], [$"name={name}", .. DataSettings(parsed, files)], ConfigFiles.Surroundings);
        var start = StartingConfiguration.Of(experiment, Path.GetDirectoryName(Path.GetFullPath(file))!);
        AtomicFile.WriteText(file, start.Text);

        Array.ForEach([.. start.Doubts], Screen.Warn);
        Console.Error.WriteLine($"{NumberText.Counted(start.Rows, "row")}, {NumberText.Counted(start.Columns.Count, "column")} learnt"
            + (start.ConditionColumns.Count > 0 ? $", {NumberText.Count(start.ConditionColumns.Count)} given" : "")
            + (start.Limits.Count > 0 ? $"; bounds seen in {string.Join(", ", start.Limits.Select(limit => limit.Key))}: look whether they are yours" : "")
            + $". Train it with:\n  fff train --config {Words.Place(Path.GetFullPath(file))}");
        Console.Out.WriteLine(Words.Place(Path.GetFullPath(file)));
        return ExitCode.Done;
    }

    /// <summary>The user's data as keys of an experiment.</summary>
    private static IEnumerable<string> DataSettings(ParseResult parsed, string[] files)
    {
        var (parameters, observations) = (parsed.GetValue(Parameters), parsed.GetValue(Observations));
        var settings = (parsed.GetValue(Settings) ?? []).Select(setting => $"data.{setting}");
        return files.Length switch
        {
            1 when parameters is null && observations is null => ["data.kind=table", $"data.path={files[0]}", .. settings],
            1 => ["data.kind=simulations", $"data.parameters.path={files[0]}", .. Columns("parameters", parameters),
                .. Columns("observations", observations), .. settings],
            2 => ["data.kind=simulations", $"data.parameters.path={files[0]}", $"data.observations.path={files[1]}", .. Columns("parameters", parameters),
                .. Columns("observations", observations), .. settings],
            _ => throw new CommandException(ExitCode.Usage,
                $"--data: expected one file, or two with a comma between them, found '{parsed.GetRequiredValue(Data)}'. "
                + "Further rows: parameters.append=[FILE]."),
        };
    }

    private static IEnumerable<string> Columns(string key, string? columns) =>
        columns is null ? [] : [$"data.{key}.columns={QuotedList(columns)}"];

    private static string QuotedList(string names) =>
        $"[{string.Join(", ", names.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Quoted))}]";

    /// <summary>In YAML's single quotes, within which a quote is written twice.</summary>
    private static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>A name for runs, made of that of a file.</summary>
    private static string NameOf(string file)
    {
        var stem = Path.GetFileName(file);
        stem = stem.TrimStart('.') is var visible && visible.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot
            && !file.EndsWith(Ending, StringComparison.Ordinal)
            ? visible[..dot]
            : Path.GetFileNameWithoutExtension(visible);
        string name = new([.. stem.Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.' ? letter : '_').Take(LongestName)]);
        return name.Length > 0 ? name : "mine";
    }

    private static Option<string?> Option(string name, string description) => new(name) { Description = description, HelpName = "COLUMNS" };
}

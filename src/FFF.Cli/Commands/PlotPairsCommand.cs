using System.CommandLine;
using FFF.Cli.Parsing;
using FFF.Cli.Rendering;
using FFF.Datasets;
using FFF.Datasets.Table;
using FFF.Formats;
using FFF.Native;
using FFF.Plots;
using FFF.Runs;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Cli.Commands;

/// <summary><c>fff plot pairs</c></summary>
internal static class PlotPairsCommand
{
    private const string DefaultFile = "pairs.png";
    private const string Whose = "the columns of the first file";

    private static readonly Argument<string[]> Files = new("[NAME=]FILE")
    {
        Description = $"Samples, one a row: files that end in {MatrixFile.Endings}, at most {PosteriorPlot.MaxSides}. NAME is what the picture calls them. "
            + "Columns that have names are matched by them.",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<string?> Columns = new("--columns")
    {
        Description = $"The columns that are drawn, such as a,b,rate_*,0-3; the first {PosteriorPlot.MaxDimensions} if left out.",
        HelpName = "COLUMNS",
    };

    private static readonly Option<int?> Row = SampleSides.Row();
    private static readonly Option<string?> Truth = CommonOptions.Truth();
    private static readonly Option<string?> Run = new("--limits-of")
    {
        Description = "A run whose prior's limits are drawn: a path, NAME (its newest version), NAME/vNNNN, or latest.",
        HelpName = "RUN",
    };
    private static readonly Option<string> Runs = CommonOptions.Runs();
    private static readonly Option<bool> Dots = new("--dots") { Description = "A dot for each sample in place of contours around 50 % and 90 % of them." };
    private static readonly Option<string?> Title = new("--title") { Description = "What is written above; the files' names if left out.", HelpName = "TEXT" };
    private static readonly Option<string?> Out = CommonOptions.Out($"Where the picture goes, a .png; {DefaultFile} if left out.");

    public static Command Create()
    {
        var command = new ExampledCommand("pairs",
            "Draws a pair plot of samples from files over each other, of several methods, say. The last file is what the others are compared with.",
            "fff plot pairs samples.csv",
            "fff plot pairs ours=fff.npy spline=spline.npy --truth 0.1,-0.2 --limits-of two_moons",
            "fff plot pairs posterior.csv prior=theta.csv --columns a,b --dots --out compared.png",
            "fff plot pairs posteriors.csv --row 2")
        {
            Files, Columns, Row, Truth, Run, Runs, Dots, Title, Out,
        };
        Files.Validators.Add(result => CommonOptions.RefuseOptions(result));
        OutputFile.RequireEnding(Out, ".png");
        command.SetAction(Draw);
        return command;
    }

    private static int Draw(ParseResult parsed)
    {
        var picture = OutputFile.Check(parsed.GetValue(Out) ?? DefaultFile)!;
        var files = parsed.GetRequiredValue(Files);
        SampleSides.RequireFew(files.Length);
        Libtorch.Load();
        using var scope = NewDisposeScope();
        var opened = files.Select(SampleSides.Open).ToList();
        var ofRow = SampleSides.OfRow([.. opened.Select(side => side.File)], parsed.GetValue(Row));
        var sides = opened.Zip(ofRow, (side, file) => (side.Name, File: file)).ToArray();
        var names = NamesOf(sides[0].File);
        var chosen = Chosen(parsed.GetValue(Columns), sides[0].File.Path, names);
        string[] drawn = [.. chosen.Select(column => names[column])];
        var truth = parsed.GetValue(Truth) is { } text ? SampleSides.Truth(text, drawn, "the columns that are drawn") : null;
        var limits = parsed.GetValue(Run) is { } run ? Limits(RunLocator.Find(parsed.GetRequiredValue(Runs), run), names) : null;
        PosteriorPlot.SavePairs(
            [.. sides.Select(side => (side.Name, side.File.Rows(names, Whose).index_select(1, tensor(chosen.Select(column => (long)column).ToArray()))))],
            new PairMarks(truth, limits is null ? null : [.. chosen.Select(column => limits[column])]),
            drawn,
            parsed.GetValue(Title) ?? string.Join(", ", sides.Select(side => Path.GetFileName(side.File.Path))),
            picture,
            parsed.GetValue(Dots) ? PairStyle.Dots : PairStyle.Contours);
        Console.Out.WriteLine(Words.Place(picture));
        return ExitCode.Done;
    }

    private static string[] NamesOf(MatrixFile file) => file.Columns is { } columns
        ? [.. SampleColumn.Own(columns)]
        : [.. TableColumns.Numbered(file.Path, file.Values.dim() == 1 ? 1 : file.Values.shape[1]).Names];

    private static int[] Chosen(string? wanted, string file, IReadOnlyList<string> names)
    {
        if (wanted is null)
        {
            return [.. Enumerable.Range(0, names.Count)];
        }

        try
        {
            var columns = new TableColumns(file, names, AreNamed: true);
            return columns.IndicesOf(ColumnPattern.Expand(wanted.Split(',', StringSplitOptions.TrimEntries), columns, "columns"), "columns");
        }
        catch (DatasetException e)
        {
            throw new CommandException(ExitCode.Usage, $"--columns: {e.Message}", e);
        }
    }

    /// <summary>The limits of a run's prior, by the names of its columns where the file has names, else by their order.</summary>
    private static ColumnBounds?[] Limits(RunFolder folder, IReadOnlyList<string> names)
    {
        using var run = LoadedRun.Load(folder, "best", CPU);
        var bounds = RunLimits.Of(run)
            ?? throw new CommandException(ExitCode.Usage, $"--limits-of: the run {Words.Name(folder)} "
                + (run.Experiment.Data is SimulationsData { Prior.Count: > 0 } ? "has priors in data.prior that are all normal, which have no limits."
                    : "knows no limits of a prior. Runs whose data.prior has bounds, or of a task whose prior is a box, do."));
        var own = run.Columns.Select(ColumnNames.Written).ToList();
        return names.All(name => own.Contains(ColumnNames.Written(name)))
            ? [.. names.Select(name => bounds[own.IndexOf(ColumnNames.Written(name))])]
            : names.Count == bounds.Count && TableColumns.Numbered("", names.Count).Names.SequenceEqual(names) ? [.. bounds]
            : throw new CommandException(ExitCode.Usage,
                $"--limits-of: the columns of the run {Words.Name(folder)} are {string.Join(", ", own)}; those of the file are {string.Join(", ", names)}.");
    }
}

using System.CommandLine;
using FFF.Cli.Parsing;
using FFF.Cli.Rendering;
using FFF.Datasets.Molecules;
using FFF.Native;
using FFF.Plots.Molecules;
using FFF.Spaces;

namespace FFF.Cli.Commands;

/// <summary><c>fff plot molecules</c></summary>
internal static class PlotMoleculesCommand
{
    private const int DefaultCount = 16;
    private const string DefaultFile = "molecules.png";

    private static readonly Option<string> Samples = new("--samples")
    {
        Description = $"The molecules: a file that ends in {MoleculeFile.Endings}, or {MoleculeFile.DataSets}.",
        HelpName = "FILE",
        Required = true,
    };

    private static readonly Option<int?> Count = CommonOptions.Number<int>(
        "--count", $"How many are shown, from the start; {DefaultCount} if left out.", n => n is > 0 and <= MoleculeGrid.MaxMolecules,
        $"a whole number from 1 to {MoleculeGrid.MaxMolecules}");

    private static readonly Option<string?> Out = CommonOptions.Out($"Where the picture goes, a .png; {DefaultFile} if neither this nor --html is given.");
    private static readonly Option<string?> Html = new("--html")
    {
        Description = "Where a page goes on which molecules can be turned: one .html file, which needs no network.",
        HelpName = "FILE",
    };

    static PlotMoleculesCommand()
    {
        OutputFile.RequireEnding(Out, ".png");
        OutputFile.RequireEnding(Html, ".html");
    }

    public static Command Create()
    {
        var command = new ExampledCommand("molecules",
            "Draws molecules as balls and sticks, with bonds that are inferred from distances: a picture, or a page on which they can be turned.",
            "fff plot molecules --samples samples.xyz",
            "fff plot molecules --samples samples.sdf --count 25 --out samples.png --html samples.html")
        {
            Samples, Count, Out, Html,
        };
        command.SetAction(Draw);
        return command;
    }

    private static int Draw(ParseResult parsed)
    {
        var page = OutputFile.Check(parsed.GetValue(Html));
        var picture = OutputFile.Check(parsed.GetValue(Out) ?? (page is null ? DefaultFile : null));
        var source = parsed.GetRequiredValue(Samples);
        var molecules = DatasetOffer.With(() => MoleculeFile.ReadAll(source));
        Molecule[] shown = [.. molecules.Take(parsed.GetValue(Count) ?? DefaultCount)];
        var title = $"{Path.GetFileName(source)}: "
            + $"{(shown.Length < molecules.Count ? $"the first {shown.Length} of {Words.Count(molecules.Count)}" : $"{shown.Length}")} "
            + $"{(molecules.Count == 1 ? "molecule" : "molecules")}";
        if (picture is not null)
        {
            Libtorch.Load();
            MoleculeGrid.Save(shown, title, picture);
            Console.Out.WriteLine(Words.Place(picture));
        }

        if (page is not null)
        {
            Save(shown, title, page, source);
            Console.Out.WriteLine(Words.Place(page));
        }

        return ExitCode.Done;
    }

    private static void Save(Molecule[] molecules, string title, string page, string source)
    {
        try
        {
            MoleculePage.Save(molecules, title, page);
        }
        catch (ArgumentException e)
        {
            throw new CommandException(ExitCode.Usage, $"{source}: {e.Message}", e);
        }
    }
}

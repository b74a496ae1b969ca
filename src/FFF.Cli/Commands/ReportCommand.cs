using System.CommandLine;
using FFF.Cli.Parsing;
using FFF.Cli.Rendering;
using FFF.Formats;
using FFF.Reports;
using FFF.Runs;

namespace FFF.Cli.Commands;

/// <summary><c>fff report</c></summary>
internal static class ReportCommand
{
    public static Command Create()
    {
        var chosen = new Argument<string[]>("RUN")
        {
            Description = "The runs: paths, NAME (its newest version), NAME/vNNNN, or latest. Several are compared first. The newest finished run if left out.",
            Arity = new ArgumentArity(0, 1000),
        };
        chosen.CompletionSources.Add(Completions.Runs);
        chosen.Validators.Add(result => CommonOptions.RefuseOptions(result));
        var (runs, file) = (CommonOptions.Runs(), CommonOptions.Out("Where to write the page; report.html in the folder of the first run if left out."));
        var command = new ExampledCommand("report",
            "Writes runs as one HTML page, which opens without network: configuration, curves, evaluations, samples and pictures.",
            "fff report", "fff report two_moons", "fff report beta-0000 beta-0003 --out beta.html")
        { chosen, runs, file };
        file.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && Path.GetExtension(token.Value).ToLowerInvariant() is not (".html" or ".htm"))
            {
                result.AddError($"--out: expected a name that ends in .html, found '{token.Value}'. A browser prints the page as PDF.");
            }
        });
        command.SetAction(parsed =>
        {
            var root = parsed.GetRequiredValue(runs);
            IReadOnlyList<RunFolder> folders = parsed.GetValue(chosen) is { Length: > 0 } names
                ? [.. names.Select(run => RunLocator.Find(root, run))]
                : [Newest(root)];
            var path = OutputFile.CheckOrWithin(parsed.GetValue(file), folders[0].Path)
                ?? Path.Combine(folders[0].Path, "report.html");
            AtomicFile.WriteText(path, RunReport.Create(folders));
            Console.Out.WriteLine(Words.Place(path));
        });
        return command;
    }

    private static RunFolder Newest(string root)
    {
        var choice = RunChoice.Newest(root, RunKind.Any);
        choice.Tell();
        return choice.Folder;
    }
}

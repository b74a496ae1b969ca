using System.CommandLine;
using System.Diagnostics;
using FFF.Cli.Parsing;
using FFF.Cli.Rendering;
using FFF.Formats;
using FFF.Native;
using FFF.Paper;
using FFF.Sweeps;

namespace FFF.Cli.Commands;

/// <summary><c>fff paper</c></summary>
internal static class PaperCommand
{
    private const string Everything = "all";

    private static readonly Argument<string[]> Names = new("NAME")
    {
        Description = $"What to do: {string.Join(", ", PaperPart.All.Select(part => part.Name))}, or {Everything}.",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<string> Out = new("--out")
    {
        Description = "The folder for the page, the pictures and the runs. What is there already is not done again.",
        HelpName = "DIR",
        DefaultValueFactory = _ => "paper",
    };

    private static readonly Option<bool> Full = new("--full") { Description = "At the published sizes, which takes a GPU or days." };

    private static readonly Option<int?> Jobs = CommonOptions.Number<int>("--jobs", "At most so many trainings at a time, which share the cores; "
        + "what each says goes to DIR/logs then. 1 if left out.", n => n is > 0 and <= 1000, "a whole number from 1 to 1000");

    public static Command Create()
    {
        var command = new ExampledCommand("paper",
            "Computes the paper's figures, tables and theorems: trains what they need, going on where it was stopped, draws them, and writes one "
                + "HTML page with our figures and numbers beside what the paper shows.",
            "fff paper fig2", "fff paper fig4 fig5 --out /scratch/paper", "fff paper all --jobs 2", "fff paper boltzmann --full")
        {
            Names, Out, Full, Jobs,
        };
        Names.CompletionSources.Add(_ => [Everything, .. PaperPart.All.Select(part => part.Name)]);
        Names.Validators.Add(result =>
        {
            CommonOptions.RefuseOptions(result);
            foreach (var name in result.Tokens.Select(token => token.Value).Where(name => name != Everything && PaperPart.All.All(part => part.Name != name)))
            {
                result.AddError($"'{name}' is no part of the paper that can be computed: {string.Join(", ", PaperPart.All.Select(part => part.Name))}, "
                    + $"or {Everything}.");
            }
        });
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        var (names, folder) = (parsed.GetRequiredValue(Names), Path.GetFullPath(parsed.GetRequiredValue(Out)));
        var page = Path.Combine(folder, PaperPage.FileName);
        OutputFile.RequireWritable(folder, "--out DIR takes another folder.");
        _ = PaperPage.Create(folder);
        Libtorch.Load();
        using var interruption = new Interruption("Stopping, and saving what is under way.");
        var workshop = new PaperWorkshop(folder, parsed.GetValue(Full), TrialProgram.This(), Console.Error.WriteLine, interruption.Token);
        try
        {
            var parts = PaperPart.All.Where(part => names.Contains(part.Name) || names.Contains(Everything)).ToList();
            workshop.Prepare(parts.SelectMany(part => part.Trainings(workshop.IsFull)), parsed.GetValue(Jobs) ?? 1);
            foreach (var part in parts)
            {
                workshop.Stop.ThrowIfCancellationRequested();
                var clock = Stopwatch.StartNew();
                workshop.Tell($"{part.Name}: {part.Title}");
                part.Work(workshop).Write(workshop.FolderOf(part));
                AtomicFile.WriteText(page, PaperPage.Create(folder));
                workshop.Tell($"{part.Name}: done in {Words.Duration(clock.Elapsed)}");
            }
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("Stopped. The same command goes on from here.");
            return ExitCode.Interrupted;
        }

        Console.Out.WriteLine(Words.Place(page));
        return ExitCode.Done;
    }
}

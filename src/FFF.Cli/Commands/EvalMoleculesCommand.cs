using System.CommandLine;
using FFF.Cli.Parsing;
using FFF.Cli.Rendering;
using FFF.Datasets.Molecules;
using FFF.Evaluation.Molecules;
using FFF.Formats;

namespace FFF.Cli.Commands;

/// <summary><c>fff eval-molecules</c></summary>
internal static class EvalMoleculesCommand
{
    private static readonly Option<string> Samples = new("--samples")
    {
        Description = $"The molecules: a file that ends in {MoleculeFile.Endings}, or qm7 or qm9 for the data sets themselves.",
        HelpName = "FILE",
        Required = true,
    };

    private static readonly Option<string?> Reference = new("--reference")
    {
        Description = "What they are compared with, such as the training set: a file, qm7 (its molecules of H, C, N and O) or qm9.",
        HelpName = "FILE|qm7|qm9",
    };

    private static readonly Option<string?> Out = CommonOptions.Out("Write the result to this file too, as JSON.");
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        var command = new ExampledCommand("eval-molecules",
            "Stability, validity, uniqueness and novelty of molecules, by bonds that are inferred from distances, and how far their bond lengths, angles and elements are from those of a reference.",
            "fff eval-molecules --samples samples.xyz --reference qm7",
            "fff eval-molecules --samples samples.sdf --reference training.xyz.gz --json")
        {
            Samples, Reference, Out, Json,
        };
        command.SetAction(Evaluate);
        return command;
    }

    private static int Evaluate(ParseResult parsed)
    {
        var file = OutputFile.Check(parsed.GetValue(Out));
        var samples = MoleculeFile.ReadAll(parsed.GetRequiredValue(Samples));
        var reference = parsed.GetValue(Reference) is { } name ? MoleculeFile.ReadAll(name) : null;
        var report = MoleculeEvaluation.Of(samples, reference);
        if (file is not null)
        {
            AtomicFile.WriteText(file, report.Json() + "\n");
        }

        if (parsed.GetValue(Json))
        {
            Console.Out.WriteLine(report.Json());
        }
        else
        {
            Screen.Out.Write(MoleculeTables.Of(report));
        }

        return ExitCode.Done;
    }
}

using System.CommandLine;
using System.Text.Json;
using FFF.Cli.Parsing;
using FFF.Cli.Rendering;
using FFF.Export;
using FFF.Native;
using FFF.Runs;
using static TorchSharp.torch;

namespace FFF.Cli.Commands;

/// <summary><c>fff export</c></summary>
internal static class ExportCommand
{
    private const string Onnx = "onnx";
    private const string FolderName = "export";

    private static readonly Option<string?> Run = CommonOptions.Run();
    private static readonly Option<string> Runs = CommonOptions.Runs();
    private static readonly Option<string> Checkpoint = CommonOptions.Checkpoint();
    private static readonly Option<string> Format = new("--format")
    {
        Description = "The files' format: onnx, which Microsoft.ML.OnnxRuntime and others run without libtorch.",
        HelpName = "onnx",
        DefaultValueFactory = _ => Onnx,
    };

    private static readonly Option<string?> Out = new("--out")
    {
        Description = "The folder they go to; the run's folder export if left out.",
        HelpName = "DIR",
    };
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        var command = new ExampledCommand("export",
            "A trained run for programs without libtorch: encode.onnx (rows to codes), decode.onnx (codes to samples), log_prob.onnx (exact log-densities of "
            + "rows) and decode_with_log_prob.onnx (samples with theirs). Scaling and columns' maps are inside, so that all is in the data's own units; "
            + "columns, scaling and versions are the files' metadata.",
            "fff export --run mine --format onnx", "fff export --run mine/v0002 --format onnx --out model")
        {
            Run, Runs, Checkpoint, Format, Out, Json,
        };
        Format.AcceptOnlyFromAmong(Onnx);
        command.SetAction(parsed => RunChoice.Use(parsed, Run, Runs, RunKind.Rows, choice => Write(parsed, choice)));
        return command;
    }

    private static int Write(ParseResult parsed, RunChoice choice)
    {
        var folder = parsed.GetValue(Out) ?? Path.Combine(choice.Folder.Path, FolderName);
        if (File.Exists(folder))
        {
            throw new CommandException(ExitCode.Usage, $"{folder}: is a file; name a folder.");
        }

        OutputFile.RequireWritable(folder);
        Libtorch.Load();
        using var scope = NewDisposeScope();
        using var run = LoadedRun.Load(choice.Folder, parsed.GetRequiredValue(Checkpoint), CPU);
        choice.Tell(run, "as ONNX");
        var files = RunExport.WriteOnnx(run, folder);
        if (parsed.GetValue(Json))
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(new ExportResult(Words.Name(choice.Folder), [.. files.Select(Path.GetFullPath)]),
                ResultJson.Default.ExportResult));
            return ExitCode.Done;
        }

        foreach (var file in files)
        {
            Console.Out.WriteLine(Words.Place(file));
        }

        return ExitCode.Done;
    }
}

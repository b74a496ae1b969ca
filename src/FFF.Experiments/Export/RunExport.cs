using System.Globalization;
using System.Text.Json;
using FFF.Formats;
using FFF.Graphs;
using FFF.Latents;
using FFF.Options;
using FFF.Runs;
using FFF.Spaces;

namespace FFF.Export;

/// <summary>Writes what a run can be asked as ONNX files, one for each question, which need neither libtorch nor this program.</summary>
internal static class RunExport
{
    private const string Extension = ".onnx";

    /// <summary>Writes the files, whose folder is made where it is missing.</summary>
    /// <param name="run">The run.</param>
    /// <param name="folder">Where they go.</param>
    /// <returns>The files.</returns>
    /// <exception cref="GraphException">A part of the run's model cannot be written as a graph of operators; nothing was written.</exception>
    /// <exception cref="FileWriteException">A file cannot be written.</exception>
    public static IReadOnlyList<string> WriteOnnx(LoadedRun run, string folder)
    {
        var graphs = DensityGraph.Of(run.Flow);
        RunFolders.Ensure(folder);
        var notes = Notes(run);
        var files = new List<string>();
        foreach (var (name, graph) in graphs)
        {
            files.Add(Path.Combine(folder, name + Extension));
            OnnxFile.Write(files[^1], name, graph, notes);
        }

        return files;
    }

    /// <summary>What a reader has to know beside the graphs.</summary>
    private static SortedDictionary<string, string> Notes(LoadedRun run)
    {
        var notes = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["fff.format"] = "1",
            ["fff.version"] = Manifest.ThisProgram,
            ["fff.run"] = $"{run.Folder.Name}/{run.Folder.Version}",
            ["fff.checkpoint"] = Path.GetFileNameWithoutExtension(run.Checkpoint),
            ["fff.method"] = Kinds.NameOf(run.Experiment.Method),
            ["fff.dimension"] = run.Flow.Space.Dimension.ToString(CultureInfo.InvariantCulture),
            ["fff.columns"] = JsonSerializer.Serialize(run.Columns),
            ["fff.condition_columns"] = JsonSerializer.Serialize(run.ConditionColumns),
            ["fff.units"] = "Rows and conditions are in the units of the data that the run was trained on; log-densities are in nats, "
                + "per unit of volume of these.",
            ["fff.latent"] = LatentName(run.Flow.Flow.Latent),
            ["fff.seed"] = run.Experiment.Seed.ToString(CultureInfo.InvariantCulture),
        };
        foreach (var (name, value) in run.Flow.Tensors(new Dictionary<string, TorchSharp.torch.Tensor>())
            .Where(saved => saved.Value.dim() == 1 && saved.Key.StartsWith("standardizer.", StringComparison.Ordinal) && saved.Value.is_floating_point()))
        {
            using var numbers = value.to(TorchSharp.torch.float64);
            notes[$"fff.scaling.{name["standardizer.".Length..]}"] = JsonSerializer.Serialize(numbers.data<double>().ToArray());
        }

        if (run.Flow.Space is MeanFreePositions positions)
        {
            notes["fff.space_dimensions"] = positions.Dimensions.ToString(CultureInfo.InvariantCulture);
            if (positions.Internal is not null)
            {
                notes["fff.orientation"] = "Codes are distances and angles, and all that is decoded has one orientation: turn samples at random, "
                    + "which leaves their log-densities as they are.";
            }
        }

        if (run.Experiment.Data.Inference is { } task)
        {
            notes["fff.task"] = $"The benchmark's task {task.Name}: condition is what the task makes of an observation, "
                + "and samples may lie outside of the prior.";
        }

        return notes;
    }

    private static string LatentName(ILatent latent) => latent switch
    {
        StandardNormal => "normal",
        MeanFreeNormal => "mean-free-normal",
        _ => latent.GetType().Name,
    };
}

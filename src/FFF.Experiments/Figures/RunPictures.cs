using FFF.Datasets;
using FFF.Datasets.Sbi;
using FFF.Flows;
using FFF.Plots;
using FFF.Plots.Molecules;
using FFF.Runs;
using FFF.Sampling;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Figures;

/// <summary>The pictures that a run keeps in its folder.</summary>
internal static class RunPictures
{
    /// <summary>The training curves.</summary>
    public const string CurvesFile = "curves.png";

    /// <summary>The posterior of the first observation.</summary>
    public const string PosteriorFile = "posterior_1.png";

    /// <summary>The flow's samples beside data that were held out.</summary>
    public const string SamplesFile = "samples.png";

    private const int FirstObservation = 1;
    private const int ShownMolecules = 25;
    private const long Seed = 0;
    private const long MaxSamples = 10_000;

    /// <summary>
    /// Draws what fits the run into its folder of plots: the training curves; for a benchmark task the posterior of the
    /// first observation beside the reference; for molecules a grid of some that the flow draws; for other data the flow's samples beside as many held-out
    /// data, given their conditions where there are any. Whatever fails, the other pictures are drawn, and nothing but pictures is touched.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="flow">Its flow.</param>
    /// <param name="dataset">The data that it was trained on.</param>
    /// <param name="method">How it was trained.</param>
    /// <returns>The files that were written.</returns>
    /// <exception cref="PictureException">
    /// A picture could not be drawn or written; to be reported as a warning. No other exception leaves this method.
    /// </exception>
    public static IReadOnlyList<string> Draw(RunFolder run, DensityModel flow, Dataset dataset, MethodConfig method)
    {
        (string File, Action<string> Draw) second = dataset.Inference is { } task
            ? (PosteriorFile, path => DrawPosterior(run, flow, task, method, path))
            : flow.Space is MoleculeSpace ? (SamplesFile, path => DrawMolecules(run, flow, dataset, path))
            : (SamplesFile, path => DrawSamples(run, flow, dataset, method, path));
        var written = new List<string>();
        var failures = new List<(string File, Exception Reason)>();
        foreach (var (file, draw) in (IEnumerable<(string, Action<string>)>)[(CurvesFile, path => TrainingCurves.Save(run, path)), second])
        {
            try
            {
                var path = Path.Combine(run.PlotFolder, file);
                RunFolders.Ensure(run, run.PlotFolder);
                draw(path);
                written.Add(path);
            }
            catch (Exception e)
            {
                // Of any kind: the native drawing library may be missing, the flow's samples may not be finite. A run does not end by it.
                failures.Add((file, e));
            }
        }

        return failures.Count == 0
            ? written
            : throw new PictureException(string.Join(" ", failures.Select(f => $"The picture {f.File} was not drawn: {f.Reason.GetBaseException().Message}")),
                failures[0].Reason);
    }

    private static void DrawPosterior(RunFolder run, DensityModel flow, ISbiTask task, MethodConfig method, string path)
    {
        using var scope = NewDisposeScope();
        var reference = ReferenceData.Posterior(task, FirstObservation);
        var observation = ReferenceData.Observation(task, FirstObservation);
        var draw = new PosteriorSampler(flow, task)
            .Draw(new() { Condition = observation, Count = Math.Min(reference.shape[0], MaxSamples), Seed = Seed, Stream = FirstObservation });
        PosteriorPlot.Save(
            draw.Values, reference, ParameterNames.Of(task), $"{run.Name}/{run.Version}: posterior of {task.Name}, observation {FirstObservation}", path,
            method.Label);
    }

    private static void DrawMolecules(RunFolder run, DensityModel flow, Dataset dataset, string path)
    {
        var drawn = MoleculeSampling.Draw(flow, new MoleculeRequest
        {
            Count = ShownMolecules,
            Seed = Seed,
            Conditions = MoleculeConditions.Like(dataset),
        });
        MoleculeGrid.Save(drawn.Molecules, $"{run.Name}/{run.Version}: samples, trained on {dataset.Name}", path);
    }

    private static void DrawSamples(RunFolder run, DensityModel flow, Dataset dataset, MethodConfig method, string path)
    {
        using var scope = NewDisposeScope();
        var held = dataset.HeldOut.Rows is { Count: > 0 } rows ? rows : dataset.Train;
        var shown = held.Part(0, Math.Min(held.Count, MaxSamples));
        var samples = flow.Sample(shown.Count, shown.Condition, Seed);
        var conditional = shown.Condition is null ? "" : ", given the same conditions";
        PosteriorPlot.Save(
            samples, shown.Data, dataset.Columns, $"{run.Name}/{run.Version}: samples{conditional}", path,
            method.Label, held == dataset.Train ? "training data" : "held-out data");
    }
}

using System.Diagnostics;
using FFF.Datasets.Sbi;
using FFF.Evaluation;
using FFF.Formats;
using FFF.Randomness;
using FFF.Runs;
using FFF.Sampling;
using MathNet.Numerics.Statistics;
using static FFF.Formats.NumberText;
using static TorchSharp.torch;

namespace FFF.Evaluations.C2st;

/// <summary>The C2ST of one observation's posterior.</summary>
/// <param name="Observation">The observation's number in the benchmark.</param>
/// <param name="Accuracy">Mean over the folds: 0.5 is a perfect posterior, 1 one that can always be told apart.</param>
/// <param name="Std">Standard deviation over the folds.</param>
/// <param name="AcceptedShare">The share of the flow's samples inside the prior's support; those outside were drawn again.</param>
internal sealed record ObservationC2st(int Observation, double Accuracy, double Std, double AcceptedShare);

/// <summary>The C2ST of a run over observations.</summary>
/// <param name="Task">The benchmark task.</param>
/// <param name="Mean">Mean over the observations.</param>
/// <param name="Std">Standard deviation (n − 1) over the observations; 0 for one.</param>
/// <param name="Observations">Each observation.</param>
/// <param name="Samples">Samples per observation and side.</param>
/// <param name="Seconds">The time for sampling and classifiers.</param>
internal sealed record C2stReport(string Task, double Mean, double Std, IReadOnlyList<ObservationC2st> Observations, long Samples, double Seconds)
{
    /// <summary>Classifier two-sample tests of posterior samples against the benchmark's reference posteriors.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="task">The task it was trained on.</param>
    /// <param name="observations">The observations' numbers.</param>
    /// <param name="seed">Of the samples; the classifiers start from the benchmark's.</param>
    /// <param name="progress">Told after each epoch of the classifiers.</param>
    /// <param name="stop">Asks to stop, with an <see cref="OperationCanceledException"/>.</param>
    public static C2stReport Of(DensityModel flow, ISbiTask task, IReadOnlyList<int> observations, long seed, IProgress<C2stProgress>? progress = null,
        CancellationToken stop = default)
    {
        var clock = Stopwatch.StartNew();
        using var scope = NewDisposeScope();
        var sampler = new PosteriorSampler(flow, task);
        var draws = observations.Select(o =>
            sampler.Draw(new() { Condition = ReferenceData.Observation(task, o), Count = ReferenceData.PosteriorCount, Seed = seed, Stream = o })).ToArray();
        var pairs = observations.Zip(draws, (o, draw) => (draw.Values, ReferenceData.Posterior(task, o))).ToArray();
        var scores = Evaluation.C2st.Run(pairs, new C2stOptions { Device = flow.Device }, progress, stop);
        var mean = scores.Average(s => s.Accuracy);
        var std = scores.Count < 2 ? 0 : scores.Select(s => s.Accuracy).StandardDeviation();
        return new(task.Name, mean, std,
            [.. observations.Select((o, i) => new ObservationC2st(o, scores[i].Accuracy, scores[i].Std, draws[i].AcceptedShare!.Value))],
            pairs[0].Item1.shape[0], clock.Elapsed.TotalSeconds);
    }

    /// <summary>Where the C2ST of a run is kept.</summary>
    public static string File(RunFolder folder) => EvaluationFiles.Result(folder, C2stEvaluation.Name);

    /// <summary>Reads eval/c2st.json.</summary>
    /// <exception cref="FileReadException">The file is missing, or holds no C2ST.</exception>
    public static C2stReport Read(RunFolder folder)
    {
        var report = ReportJson.Read<C2stReport>(File(folder), "C2ST");
        return report.Observations.Count > 0 ? report : throw new FileReadException(File(folder), "holds no observation.");
    }

    /// <summary>The report as a result that is kept and shown.</summary>
    public EvaluationResult Result() =>
        new(ReportJson.Of(this), new Dictionary<string, double> { [C2stEvaluation.MeanMetric] = Mean, ["c2st.std"] = Std }, Table());

    private ResultTable Table() => new(
        new ColumnTable(
            [new("observation"), new("C2ST"), new("std of folds"), new("inside the prior")],
            [.. Observations.Select(o => (string[])[$"{o.Observation}", Fixed(o.Accuracy, 4), Fixed(o.Std, 4), Percent(o.AcceptedShare)])]),
        new NamedValues(
            ("C2ST", $"{Fixed(Mean, 4)} ± {Fixed(Std, 4)} (mean and standard deviation over the observations; 0.5 is perfect)"),
            ("task", $"{Task}, {Count(Samples)} samples per observation"),
            ("time", $"{Fixed(Seconds, 1)} s")),
        new TextLine());
}

/// <summary>The two-sample test of two files.</summary>
/// <param name="Accuracy">Mean over the folds.</param>
/// <param name="Std">Standard deviation over the folds.</param>
/// <param name="Seconds">The time for the classifiers.</param>
/// <param name="Folds">The accuracy in each fold.</param>
/// <param name="Samples">How many samples there are.</param>
/// <param name="Reference">Against how many.</param>
/// <param name="Compared">How many of each were drawn for the test: as many as the smaller file has.</param>
internal sealed record FileC2stReport(double Accuracy, double Std, double Seconds, IReadOnlyList<double> Folds, long Samples, long Reference, long Compared)
{
    /// <summary>Tests samples [N, D] against others [M, D], of which min(N, M) are drawn from each by the options' seed.</summary>
    public static FileC2stReport Of(Tensor samples, Tensor reference, C2stOptions options, IProgress<C2stProgress>? progress = null,
        CancellationToken stop = default)
    {
        var clock = Stopwatch.StartNew();
        using var scope = NewDisposeScope();
        var count = Math.Min(samples.shape[0], reference.shape[0]);
        var pair = (Drawn(samples, count, options.Seed), Drawn(reference, count, options.Seed));
        var score = Evaluation.C2st.Run([pair], options, progress, stop)[0];
        return new(score.Accuracy, score.Std, clock.Elapsed.TotalSeconds, score.Folds, samples.shape[0], reference.shape[0], count);
    }

    /// <summary>So many of the rows; all as they are where there are no more.</summary>
    private static Tensor Drawn(Tensor rows, long count, long seed)
    {
        if (rows.shape[0] == count)
        {
            return rows;
        }

        using var random = NamedSeed.Stream(seed, "c2st/balance");
        return rows.index_select(0, random.Permutation(rows.shape[0]).narrow(0, 0, count));
    }

    /// <summary>The report as a result that is kept and shown.</summary>
    public EvaluationResult Result() => new(ReportJson.Of(this), new Dictionary<string, double>(), new(new NamedValues(
        ("C2ST", $"{Fixed(Accuracy, 4)} ± {Fixed(Std, 4)} (mean and standard deviation over the folds; 0.5 is perfect)"),
        ("samples", Samples == Reference
            ? $"{Count(Samples)} against {Count(Reference)}"
            : $"{Count(Compared)} of each, drawn from {Count(Samples)} and {Count(Reference)}"),
        ("time", $"{Fixed(Seconds, 1)} s"))));
}

using FFF.Configuration;
using FFF.Datasets.Sbi;
using FFF.Evaluations;
using FFF.Evaluations.C2st;
using FFF.Evaluations.Nll;
using FFF.Runs;

namespace FFF.Tests.Experiments;

/// <summary>Run folders on benchmark tasks as training and evaluation leave them, without either.</summary>
internal static class SyntheticRuns
{
    public static readonly DateTimeOffset FirstDay = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>A finished run; evaluated where observations are given, those from 1 on.</summary>
    public static RunFolder Add(
        string root, string task, int simulations, double[] c2st, long seed = 0, int day = 0, RunStatus status = RunStatus.Finished,
        string metrics = "step,epoch,seconds\n10,1,30\n20,2,60\n") =>
        Add(root, new Experiment { Name = $"{task}-{simulations}", Seed = seed, Data = new SbiData { Task = task, Simulations = simulations } }, c2st,
            day, status, metrics);

    public static RunFolder Add(
        string root, Experiment experiment, double[] c2st, int day = 0, RunStatus status = RunStatus.Finished,
        string metrics = "step,epoch,seconds\n10,1,30\n20,2,60\n")
    {
        var folder = RunFolder.Create(root, experiment.Name);
        File.WriteAllText(folder.ConfigFile, ExperimentFile.Write(experiment));
        File.WriteAllText(folder.MetricsFile, metrics);
        var manifest = Manifest.Start(folder, "2.10.0", "cpu", 1, experiment.Seed, []) with { Started = FirstDay.AddDays(day) };
        manifest.End(status).Write(folder.ManifestFile);
        if (c2st.Length > 0)
        {
            // The kept mean and deviation are wrong on purpose: nobody shall rely on them.
            EvaluationFiles.Save(folder, "c2st",
                new C2stReport("task", -1, -1, [.. c2st.Select((value, i) => new ObservationC2st(i + 1, value, 0.01, 1))], 10_000, 120).Result());
            EvaluationFiles.Save(folder, "nll", new NllReport("validation", 100, -1.5 - experiment.Seed, 0.1, -1.5, 0.1, 1e-5).Result());
        }

        return folder;
    }
}

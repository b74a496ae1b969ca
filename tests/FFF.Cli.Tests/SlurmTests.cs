using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Xunit;

namespace FFF.Cli.Tests;

/// <summary>
/// A sweep on a real Slurm, which scripts/slurm_single_node.sh sets up on this machine. FFF_TEST_SLURM=1 asks for it:
/// <c>FFF_TEST_SLURM=1 tests/FFF.Cli.Tests/bin/Release/net10.0/FFF.Cli.Tests -class FFF.Cli.Tests.SlurmTests</c>.
/// </summary>
public sealed class SlurmTests
{
    private const int Skipped = 77;

    public static bool IsAskedFor => Environment.GetEnvironmentVariable("FFF_TEST_SLURM") == "1";

    [Fact(Skip = "FFF_TEST_SLURM=1 asks for it", SkipUnless = nameof(IsAskedFor))]
    public void AJobArraySurvivesARequeueAndNamesTheBest()
    {
        using var place = new Workplace();
        using var slurm = Cluster.Start(place["slurm"]);
        place.Write("toy.yaml", Configs.Toy);
        place.Write("sweep.yaml", """
            name: six
            configs: [toy.yaml]
            set: {training.epochs: 800, training.validate_every: 20}
            metric: nll
            search:
              kind: grid
              keys:
                objective.beta: [1, 10, 100]
                training.optimizer.learning_rate: [1.0e-6, 2.0e-3]
            slurm: {partition: main, time: "10", cpus: 1, memory: 1G}
            """);
        var submitted = place.Run(slurm.Environment, ["sweep", "--config", "sweep.yaml", "--launcher", "slurm"]);
        Assert.True(submitted.Code == 0, submitted.Error);
        var job = submitted.LastLine;

        // Once it has something to go on from, the first trial is taken from its node.
        SweepTests.WaitFor(() => Status(place, slurm, 0) == "running" && File.Exists(place["runs/six-0000/v0001/checkpoints/last.safetensors"]));
        Assert.Equal(0, slurm.Run("scontrol", "requeue", $"{job}_0"));
        SweepTests.WaitFor(() => Status(place, slurm, 0) is "queued");

        SweepTests.WaitFor(() => Counts(place, slurm).GetProperty("finished").GetInt32() == 6);
        Assert.Contains("Restarts=1", slurm.Output("scontrol", "show", "job", $"{job}_0"), StringComparison.Ordinal);
        Assert.False(Directory.Exists(place["runs/six-0000/v0002"]));
        Assert.All(Enumerable.Range(0, 6), trial => Assert.Equal(800, File.ReadAllLines(place[$"runs/six-000{trial}/v0001/metrics.csv"]).Length - 1));

        var results = Enumerable.Range(0, 6).ToDictionary(
            trial => $"six-000{trial}",
            trial => JsonDocument.Parse(File.ReadAllText(place[$"runs/six-000{trial}/v0001/manifest.json"])).RootElement
                .GetProperty("results")
                .GetProperty("nll")
                .GetDouble());
        var best = SweepTests.Json(place, "sweep", "best", "six", "--top", "1", "--json").GetProperty("best")[0];
        Assert.Equal(results.MinBy(result => result.Value).Key, best.GetProperty("name").GetString());
        Assert.Equal("2.0e-3", best.GetProperty("values").GetProperty("training.optimizer.learning_rate").GetString());
    }

    private static string? Status(Workplace place, Cluster slurm, int trial) =>
        Json(place, slurm).GetProperty("trials")[trial].GetProperty("status").GetString();

    private static JsonElement Counts(Workplace place, Cluster slurm) => Json(place, slurm).GetProperty("counts");

    private static JsonElement Json(Workplace place, Cluster slurm)
    {
        var outcome = place.Run(slurm.Environment, ["sweep", "status", "six", "--json"]);
        Assert.True(outcome.Code == 0, outcome.Error);
        return JsonDocument.Parse(outcome.Out).RootElement;
    }

    private sealed class Cluster : IDisposable
    {
        private readonly string _folder;

        private Cluster(string folder) => _folder = folder;

        public (string, string)[] Environment => [("SLURM_CONF", Path.Combine(_folder, "slurm.conf"))];

        public static Cluster Start(string folder)
        {
            var (code, text) = Execute(ScriptFile(), ["start", "--dir", folder], []);
            Assert.SkipWhen(code == Skipped, text);
            Assert.True(code == 0, text);
            return new Cluster(folder);
        }

        public int Run(string command, params string[] arguments) => Execute(command, arguments, Environment).Code;

        public string Output(string command, params string[] arguments) => Execute(command, arguments, Environment).Text;

        public void Dispose() => Execute(ScriptFile(), ["stop", "--dir", _folder], []);

        private static (int Code, string Text) Execute(string command, string[] arguments, (string, string)[] environment)
        {
            // The daemons that a command leaves behind would keep its pipes open, so its output goes through a file.
            var output = Path.GetTempFileName();
            try
            {
                var start = new ProcessStartInfo("bash", ["-c", "out=$1; shift; \"$@\" >\"$out\" 2>&1 </dev/null", "bash", output, command, .. arguments]);
                foreach (var (name, value) in environment)
                {
                    start.Environment[name] = value;
                }

                using var process = Process.Start(start)!;
                process.WaitForExit();
                return (process.ExitCode, File.ReadAllText(output));
            }
            finally
            {
                File.Delete(output);
            }
        }

        private static string ScriptFile([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(here, "../../../scripts/slurm_single_node.sh"));
    }
}

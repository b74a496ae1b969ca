using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using FFF.Formats;
using FFF.Runs;
using FFF.Tests.Formats;
using FFF.Tracking;
using Xunit;

namespace FFF.Tests.Tracking;

/// <summary>What a place that tracks runs is told: a server that answers as MLflow's REST interface is documented, and MLflow's file store.</summary>
public sealed class TrackingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RunFolder _run;

    public TrackingTests()
    {
        _run = RunFolder.Create(_folder["runs"], "moons");
        AtomicFile.WriteText(_run.ConfigFile, "name: moons\nseed: 3\ntraining:\n  epochs: 7\n");
        Manifest(RunStatus.Running, []);
        Metrics("5,10,0.5", "10,20,0.25");
    }

    public void Dispose() => _folder.Dispose();

    private static string? NoVariable(string name) => null;

    private void Metrics(params string[] rows) => File.WriteAllText(_run.MetricsFile, "step,seconds,loss\n" + string.Concat(rows.Select(row => row + "\n")));

    private void Manifest(RunStatus status, Dictionary<string, double> results)
    {
        var begun = File.Exists(_run.ManifestFile) ? FFF.Runs.Manifest.Read(_run.ManifestFile) : FFF.Runs.Manifest.Start(_run, "2", "cpu", 1, 3, ["train"]);
        var manifest = begun with { Results = results };
        (status == RunStatus.Running ? manifest : manifest.End(status, null)).Write(_run.ManifestFile);
    }

    [Fact]
    public void AServerIsToldEverythingOnceAndOnlyWhatIsNewAfterwards()
    {
        using var server = new FakeMlflow();
        using var store = new MlflowServer(server.Address, NoVariable);
        var place = TrackingPlace.Resolve(server.Address.AbsoluteUri, NoVariable);
        Assert.Equal(4, RunTracking.Send(_run, place, store));
        Assert.Equal(0, RunTracking.Send(_run, place, store));
        Metrics("5,10,0.5", "10,20,0.25", "15,3,0.125");
        Manifest(RunStatus.Finished, new() { ["nll"] = 1.5 });
        Assert.Equal(3, RunTracking.Send(_run, place, store));

        Assert.Equal(["moons"], server.Experiments);
        var run = Assert.Single(server.Runs);
        Assert.Equal("moons/v0001", run.Value["run_name"]!.GetValue<string>());
        Assert.Equal("FINISHED", run.Value["status"]!.GetValue<string>());
        Assert.Equal("7", server.Parameters["training.epochs"]);
        Assert.Equal(["5:0.5", "10:0.25", "15:0.125"], server.Metrics.Where(metric => metric.Key == "loss").Select(metric => $"{metric.Step}:{metric.Value}"));
        Assert.Equal(["15:1.5"], server.Metrics.Where(metric => metric.Key == "nll").Select(metric => $"{metric.Step}:{metric.Value}"));

        // The run went on in a second session, whose seconds began again.
        var times = server.Metrics.Where(metric => metric.Key == "loss").Select(metric => metric.Timestamp).ToArray();
        Assert.Equal([10_000, 3_000], [times[1] - times[0], times[2] - times[1]]);
    }

    [Fact]
    public void WhatAServerThatWasAwayMissedIsToldLater()
    {
        var server = new FakeMlflow();
        var address = server.Address;
        server.Dispose();
        var warnings = new List<string>();
        using (new RunTracker(_run, TrackingPlace.Resolve(address.AbsoluteUri, NoVariable), NoVariable, warnings.Add))
        {
        }

        Assert.Contains("does not answer", Assert.Single(warnings), StringComparison.Ordinal);
        Assert.Contains("fff runs track moons/v0001", warnings[0], StringComparison.Ordinal);
        using var again = new FakeMlflow();
        var place = TrackingPlace.Resolve(again.Address.AbsoluteUri, NoVariable);
        using (new RunTracker(_run, place, name => name == "MLFLOW_EXPERIMENT_NAME" ? "mine" : null, warnings.Add))
        {
        }

        Assert.Single(warnings);
        Assert.Equal(["mine"], again.Experiments);
        Assert.Equal(4, again.Metrics.Count);
    }

    [Fact]
    public void AServerThatRefusesSaysWhy()
    {
        using var server = new FakeMlflow { Refusal = "no such user" };
        using var store = new MlflowServer(server.Address,
            name => name == "MLFLOW_TRACKING_USERNAME" ? "ann" : name == "MLFLOW_TRACKING_PASSWORD" ? "pw" : null);
        var error = Assert.Throws<TrackingException>(() => RunTracking.Send(_run, "place", store));
        Assert.Contains("403 Forbidden: no such user", error.Message, StringComparison.Ordinal);
        Assert.Equal("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("ann:pw")), server.Authorization);
        Assert.False(File.Exists(Path.Combine(_run.Path, "tracking.json")));
    }

    [Fact]
    public void AFolderIsWrittenAsMlflowReadsIt()
    {
        var place = TrackingPlace.Resolve(_folder["mlruns"], NoVariable);
        var store = TrackingPlace.Open(place, NoVariable);
        RunTracking.Send(_run, place, store);
        Manifest(RunStatus.Failed, []);
        RunTracking.Send(_run, place, store);

        var experiment = Assert.Single(Directory.GetDirectories(place));
        Assert.Contains("name: 'moons'\n", File.ReadAllText(Path.Combine(experiment, "meta.yaml")), StringComparison.Ordinal);
        var run = Assert.Single(Directory.GetDirectories(experiment));
        var meta = File.ReadAllText(Path.Combine(run, "meta.yaml"));
        Assert.Contains("run_name: 'moons/v0001'\n", meta, StringComparison.Ordinal);
        Assert.Contains("status: 4\n", meta, StringComparison.Ordinal);
        Assert.DoesNotContain("end_time: null", meta, StringComparison.Ordinal);
        Assert.Equal("7", File.ReadAllText(Path.Combine(run, "params", "training.epochs")));
        var loss = File.ReadAllLines(Path.Combine(run, "metrics", "loss")).Select(line => line.Split(' ')).ToArray();
        Assert.Equal(["0.5 5", "0.25 10"], loss.Select(parts => $"{parts[1]} {parts[2]}"));
    }

    [Theory]
    [InlineData("mlflow", "mlruns")]
    [InlineData("tracked", "tracked")]
    [InlineData("file:tracked", "tracked")]
    public void PlacesAreFolders(string text, string expected) => Assert.Equal(Path.GetFullPath(expected), TrackingPlace.Resolve(text, NoVariable));

    [Fact]
    public void PlacesAreServersOrRefused()
    {
        Assert.Equal("http://host:5000", TrackingPlace.Resolve("mlflow", name => name == "MLFLOW_TRACKING_URI" ? "http://host:5000/" : null));
        Assert.Throws<ArgumentException>(() => TrackingPlace.Resolve("sqlite:///mlflow.db", NoVariable));
    }

    /// <summary>What MLflow's server documents of its interface, as far as it is used: also that it knows no experiment that nobody made.</summary>
    private sealed class FakeMlflow : IDisposable
    {
        private readonly HttpListener _listener;
        private readonly Thread _thread;
        private int _made;

        public FakeMlflow()
        {
            for (var attempt = 0; ; attempt++)
            {
                // One that found its port taken is closed for good.
                var port = Random.Shared.Next(20_000, 60_000);
                _listener = new HttpListener { Prefixes = { $"http://127.0.0.1:{port}/" } };
                try
                {
                    _listener.Start();
                    Address = new Uri($"http://127.0.0.1:{port}");
                    break;
                }
                catch (HttpListenerException) when (attempt < 50)
                {
                }
            }

            _thread = new Thread(Serve) { IsBackground = true };
            _thread.Start();
        }

        public Uri Address { get; }

        public string? Refusal { get; init; }

        public string? Authorization { get; private set; }

        public List<string> Experiments { get; } = [];

        public Dictionary<string, JsonObject> Runs { get; } = [];

        public Dictionary<string, string> Parameters { get; } = [];

        public List<(string Key, double Value, long Step, long Timestamp)> Metrics { get; } = [];

        public void Dispose()
        {
            _listener.Close();
            _thread.Join();
        }

        private void Serve()
        {
            while (true)
            {
                try
                {
                    var context = _listener.GetContext();
                    using var reader = new StreamReader(context.Request.InputStream);
                    Authorization = context.Request.Headers["Authorization"];
                    var (status, answer) = Refusal is null
                        ? Answer(context.Request.Url!, reader.ReadToEnd())
                        : (403, new JsonObject { ["error_code"] = "PERMISSION_DENIED", ["message"] = Refusal });
                    context.Response.StatusCode = status;
                    context.Response.Close(Encoding.UTF8.GetBytes(answer.ToJsonString()), willBlock: true);
                }
                catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
                {
                    return;
                }
            }
        }

        private (int Status, JsonObject Answer) Answer(Uri address, string text)
        {
            var body = text.Length == 0 ? [] : (JsonObject)JsonNode.Parse(text)!;
            switch (address.AbsolutePath)
            {
                case "/api/2.0/mlflow/experiments/get-by-name":
                    var name = Uri.UnescapeDataString(address.Query.Split('=')[1]);
                    return Experiments.Contains(name)
                        ? (200, new() { ["experiment"] = new JsonObject { ["experiment_id"] = "1", ["name"] = name } })
                        : (404, new() { ["error_code"] = "RESOURCE_DOES_NOT_EXIST" });
                case "/api/2.0/mlflow/experiments/create":
                    Experiments.Add(body["name"]!.GetValue<string>());
                    return (200, new() { ["experiment_id"] = "1" });
                case "/api/2.0/mlflow/runs/create":
                    var id = $"run{++_made}";
                    Runs[id] = body;
                    return (200, new() { ["run"] = new JsonObject { ["info"] = new JsonObject { ["run_id"] = id } } });
                case "/api/2.0/mlflow/runs/update":
                    Runs[body["run_id"]!.GetValue<string>()]["status"] = body["status"]!.GetValue<string>();
                    return (200, []);
                case "/api/2.0/mlflow/runs/log-batch":
                    Assert.Contains(body["run_id"]!.GetValue<string>(), Runs.Keys);
                    foreach (var parameter in (JsonArray?)body["params"] ?? [])
                    {
                        Parameters.Add(parameter!["key"]!.GetValue<string>(), parameter["value"]!.GetValue<string>());
                    }

                    foreach (var metric in (JsonArray?)body["metrics"] ?? [])
                    {
                        Metrics.Add((metric!["key"]!.GetValue<string>(), metric["value"]!.GetValue<double>(), metric["step"]!.GetValue<long>(),
                            metric["timestamp"]!.GetValue<long>()));
                    }

                    return (200, []);
                default:
                    return (404, new() { ["message"] = $"no {address.AbsolutePath}" });
            }
        }
    }
}

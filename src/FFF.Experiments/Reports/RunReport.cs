using System.Globalization;
using System.Text;
using System.Text.Json;
using FFF.Configuration;
using FFF.Figures;
using FFF.Formats;
using FFF.Runs;

namespace FFF.Reports;

/// <summary>
/// Runs as one HTML page that needs nothing beside it: configuration, curves, evaluations, samples and pictures. The page
/// forbids itself scripts and any access to the network. Needs no libtorch.
/// </summary>
public static class RunReport
{
    private const long LargestPicture = 1 << 25;

    /// <summary>The page.</summary>
    /// <param name="runs">At least one run; several are compared first.</param>
    /// <exception cref="FileReadException">A run's manifest or configuration is missing or damaged.</exception>
    public static string Create(IReadOnlyList<RunFolder> runs)
    {
        var read = runs.Select(Read).ToList();
        var title = read.Count == 1 ? read[0].Name : $"{read.Count} runs";
        var page = new StringBuilder();
        if (read.Count > 1)
        {
            page.Append(Comparison(read));
        }

        foreach (var run in read)
        {
            page.Append(Section(run));
        }

        return HtmlPage.Of($"{title} – free-form flow report", page.ToString());
    }

    private static ReportedRun Read(RunFolder folder) => new(
        folder, TrainingFolders.Judged(folder, Manifest.Read(folder.ManifestFile)), ResolvedConfig.Read(folder.ConfigFile),
        InputFile.ReadText(folder.ConfigFile),
        File.Exists(folder.MetricsFile) ? MetricsReader.Read(folder.MetricsFile) : new Metrics([], new Dictionary<string, double[]>()));

    private static string Comparison(IReadOnlyList<ReportedRun> runs)
    {
        var keys = RunDifferences.Keys([.. runs.Select(run => run.Config)]);
        var values = runs.Select(run => RunMetrics.Of(new RunSummary(run.Folder, run.Manifest, null))).ToList();
        var metrics = values.SelectMany(metric => metric.Keys).Distinct().Where(name => name is not ("step" or "epoch" or "seconds")).ToList();
        string[] header = ["", .. runs.Select(run => run.Name)];
        var text = new StringBuilder($"<header><h1>{runs.Count} runs</h1></header>\n"
            + $"<nav>{string.Concat(runs.Select(run => $"<a href=\"#{Html.Id(run.Name)}\">{Html.Text(run.Name)}</a>"))}</nav>\n");
        text.Append("<h2>Settings that differ</h2>\n");
        text.Append(keys.Count == 0
            ? "<p class=\"aside\">none</p>\n"
            : Html.Table(header, keys.Select(key => runs.Select(run => Html.Text(run.Config.GetValueOrDefault(key, "–"))).Prepend(Html.Text(key)))));
        text.Append("<h2>Results and last metrics</h2>\n");
        text.Append(Html.Table(header, metrics.Select(name => values.Zip(runs)
            .Select(run => run.First.TryGetValue(name, out var number) ? RunDoubts.Marked(Html.Number(number), run.Second.Manifest, name) : "–")
            .Prepend(Html.Text(name)))));
        text.Append("<h2>Curves</h2>\n<div class=\"charts\">\n");
        text.Append(SvgChart.Create("validation NLL, nats", [.. runs.Select(run => run.Series("val_nll", run.Name))], logarithmic: false));
        text.Append(SvgChart.Create("validation reconstruction", [.. runs.Select(run => run.Series("val_reconstruction", run.Name))], logarithmic: true));
        return text.Append("</div>\n").ToString();
    }

    private static string Section(ReportedRun run)
    {
        var text = new StringBuilder($"<section id=\"{Html.Id(run.Name)}\">\n<header><h1>{Html.Text(run.Name)}</h1>{Badge(run.Manifest.Status)}</header>\n");
        if (run.Manifest.Message is { } message)
        {
            text.Append($"<p class=\"failure\">{Html.Text(message)}</p>\n");
        }

        if (run.Manifest.Data is { } data && RunData.Difference(run.Folder, data) is { } difference)
        {
            text.Append($"<p class=\"failure\">{Html.Text(difference)}</p>\n");
        }

        if (run.Manifest.Results.Count > 0)
        {
            var tiles = run.Manifest.Results.Select(result => $"<div><span>{Html.Text(result.Key)}</span>"
                + $"<b>{RunDoubts.Marked(Html.Number(result.Value), run.Manifest, result.Key)}</b></div>");
            text.Append($"<div class=\"tiles\">{string.Concat(tiles)}</div>\n");
        }

        foreach (var doubt in RunDoubts.All(run.Manifest))
        {
            text.Append($"<p class=\"failure\">{Html.Text(doubt)}</p>\n");
        }

        text.Append(Facts(run));
        Add("Curves", Charts(run));
        Add("Evaluations", Evaluations(run.Folder));
        Add("Pictures", Pictures(run.Folder));
        Add("Samples", Samples(run.Folder));
        Add("Configuration", $"<pre>{Html.Text(run.ConfigText.TrimEnd())}</pre>\n");
        return text.Append("</section>\n").ToString();

        void Add(string heading, string content)
        {
            if (content.Length > 0)
            {
                text.Append($"<h2>{heading}</h2>\n{content}");
            }
        }
    }

    private static string Badge(RunStatus status) =>
        $"<span class=\"badge {status.ToString().ToLowerInvariant()}\">{status.ToString().ToLowerInvariant()}</span>";

    private static string Facts(ReportedRun run)
    {
        var manifest = run.Manifest;
        List<(string, string)> facts =
        [
            ("started", $"{manifest.Started.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} "
                + $"UTC{(manifest.Ended is { } ended ? $", took {Duration(ended - manifest.Started)}" : "")}"),
            ("done", Text(
                $"{manifest.Epoch:N0} epochs, {manifest.Step:N0} steps; {manifest.SkippedSteps:N0} steps skipped, {manifest.Returns} returns to a good state")),
            ("seed", Text($"{manifest.Seed}")),
            ("device", Html.Text(
                string.Create(CultureInfo.InvariantCulture, $"{manifest.Device}, {manifest.Threads} {(manifest.Threads == 1 ? "thread" : "threads")}"))),
            ("versions", Html.Text(
                $"fff {manifest.ProgramVersion}, libtorch {manifest.LibtorchVersion}, TorchSharp {manifest.TorchSharpVersion}, .NET {manifest.DotnetVersion}")),
            ("system", Html.Text(manifest.OperatingSystem)),
        ];
        if (manifest.Ensemble is { } flows)
        {
            facts.Insert(2, ("ensemble", Text($"the mixture of {flows:N0} flows")));
        }

        facts.AddRange(RunData.Facts(manifest).Select(fact => (fact.Name, Html.Text(fact.Value))));
        if (manifest.Commit is { } commit)
        {
            facts.Add(("commit", $"<code>{Html.Text(commit)}</code>"));
        }

        if (manifest.Trial is { } trial)
        {
            facts.Add(("trial",
                Html.Text($"{trial.Number} of the sweep {trial.Sweep}: {string.Join(", ", trial.Values.Select(value => $"{value.Key}={value.Value}"))}")));
        }

        facts.Add(("command", $"<code>fff {Html.Text(string.Join(' ', manifest.CommandLine))}</code>"));
        return Html.Pairs(facts);
    }

    private static string Charts(ReportedRun run)
    {
        var charts = string.Concat(
            SvgChart.Create("validation NLL, nats", [run.Series("val_nll", "encoder"), run.Series("val_nll_decoder", "decoder")], logarithmic: false),
            SvgChart.Create("reconstruction, squared",
                [run.Series("reconstruction", "training"), run.Series("val_reconstruction", "validation")], logarithmic: true),
            SvgChart.Create("loss", [run.Series("loss", "loss")], logarithmic: false),
            SvgChart.Create("learning rate", [run.Series("learning_rate", "learning rate")], logarithmic: false),
            SvgChart.Create("β", [run.Series("beta", "β")], logarithmic: true),
            SvgChart.Create("gradient norm", [run.Series("gradient_norm", "gradient norm")], logarithmic: true));
        return charts.Length == 0 ? "" : $"<div class=\"charts\">\n{charts}</div>\n";
    }

    private static string Evaluations(RunFolder folder)
    {
        var text = new StringBuilder();
        foreach (var path in Files(folder.EvaluationFolder, ".json"))
        {
            text.Append($"<h3>{Html.Text(Path.GetFileNameWithoutExtension(path))}</h3>\n");
            try
            {
                using var file = InputFile.Open(path);
                using var json = JsonDocument.Parse(file);
                text.Append(JsonTables.Of(json.RootElement)).Append('\n');
            }
            catch (JsonException e)
            {
                text.Append($"<p class=\"aside\">{Html.Text($"is no JSON: {e.Message}")}</p>\n");
            }
        }

        return text.ToString();
    }

    /// <summary>All pictures but the curves, which are drawn here.</summary>
    private static string Pictures(RunFolder folder)
    {
        var figures = Files(folder.PlotFolder, ".png")
            .Where(path => Path.GetFileName(path) != RunPictures.CurvesFile && new FileInfo(path).Length <= LargestPicture)
            .Select(path => $"<figure><img alt=\"{Html.Text(Path.GetFileNameWithoutExtension(path))}\" "
                + $"src=\"{HtmlPage.Png(path)}\">"
                + $"<figcaption>{Html.Text(Path.GetFileName(path))}</figcaption></figure>\n");
        return string.Concat(figures) is { Length: > 0 } all ? $"<div class=\"pictures\">\n{all}</div>\n" : "";
    }

    private static string Samples(RunFolder folder) => string.Concat(
        Files(folder.SampleFolder, ".csv", ".npy", ".npz", ".xyz", ".sdf", ".gz")
            .Select(path => $"<h3>{Html.Text(Path.GetFileName(path))}</h3>\n{SampleTables.Of(path)}"));

    private static IEnumerable<string> Files(string folder, params string[] extensions) => Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder).Where(path => extensions.Contains(Path.GetExtension(path)) && Path.GetFileName(path)[0] != '.' && IsPlain(path))
            .Order(StringComparer.Ordinal)
        : [];

    /// <summary>Whether it is a file, and not a pipe, whose writer would be waited for, or a device, which may never end.</summary>
    private static bool IsPlain(string path)
    {
        try
        {
            InputFile.Open(path).Dispose();
            return true;
        }
        catch (FileReadException)
        {
            return false;
        }
    }

    private static string Text(FormattableString text) => Html.Text(text.ToString(CultureInfo.InvariantCulture));

    private static string Duration(TimeSpan time) => time.TotalHours >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours} h {time.Minutes} min")
        : string.Create(CultureInfo.InvariantCulture, $"{(time.TotalMinutes >= 1 ? $"{time.Minutes} min " : "")}{time.Seconds} s");

    /// <summary>A run as far as it is reported.</summary>
    private sealed record ReportedRun(RunFolder Folder, Manifest Manifest, IReadOnlyDictionary<string, string> Config, string ConfigText, Metrics Metrics)
    {
        public string Name => $"{Folder.Name}/{Folder.Version}";

        public Series Series(string column, string name) =>
            Metrics.Columns.TryGetValue(column, out var y) && Metrics.Columns.TryGetValue("epoch", out var x) ? new(name, x, y) : new(name, [], []);
    }
}

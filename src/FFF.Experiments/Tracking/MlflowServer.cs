using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FFF.Tracking;

/// <summary>A tracking server of MLflow, by its REST interface, version 2.0 (https://mlflow.org/docs/latest/rest-api.html).</summary>
internal sealed class MlflowServer : ITrackingStore, IDisposable
{
    /// <summary>The server takes at most so many of each in one request.</summary>
    private const int MostMetrics = 500;
    private const int MostTexts = 100;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    private readonly HttpClient _client = new() { Timeout = Longest };
    private readonly Uri _server;

    /// <summary>A server; nothing is sent yet.</summary>
    /// <param name="server">Its address, such as http://localhost:5000.</param>
    /// <param name="environment">MLflow's variables, of which user, password and token are taken.</param>
    public MlflowServer(Uri server, Func<string, string?> environment)
    {
        _server = server;
        if (environment("MLFLOW_TRACKING_TOKEN") is { Length: > 0 } token)
        {
            _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
        else if (environment("MLFLOW_TRACKING_USERNAME") is { Length: > 0 } user)
        {
            var pair = $"{user}:{environment("MLFLOW_TRACKING_PASSWORD")}";
            _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)));
        }
    }

    /// <inheritdoc/>
    public string Experiment(string name)
    {
        var (status, found) = Send(HttpMethod.Get, $"experiments/get-by-name?experiment_name={Uri.EscapeDataString(name)}", null);
        if (status == HttpStatusCode.OK)
        {
            return Text(found, "experiment", "experiment_id");
        }

        return status == HttpStatusCode.NotFound
            ? Text(Post("experiments/create", new() { ["name"] = name }), "experiment_id")
            : throw Refused(status, found);
    }

    /// <inheritdoc/>
    public string Create(string experiment, string name, DateTimeOffset started) => Text(
        Post("runs/create", new()
        {
            ["experiment_id"] = experiment,
            ["run_name"] = name,
            ["start_time"] = started.ToUnixTimeMilliseconds(),
        }),
        "run", "info", "run_id");

    /// <inheritdoc/>
    public void Log(string run, TrackedValues values)
    {
        foreach (var parameters in values.Parameters.Chunk(MostTexts))
        {
            Batch(run, "params", parameters.Select(Pair));
        }

        foreach (var tags in values.Tags.Chunk(MostTexts))
        {
            Batch(run, "tags", tags.Select(Pair));
        }

        foreach (var metrics in values.Metrics.Chunk(MostMetrics))
        {
            Batch(run, "metrics", metrics.Select(metric => new JsonObject
            {
                ["key"] = metric.Key,
                ["value"] = metric.Value,
                ["timestamp"] = metric.Time.ToUnixTimeMilliseconds(),
                ["step"] = metric.Step,
            }));
        }
    }

    /// <inheritdoc/>
    public void Update(string run, string status, DateTimeOffset? ended)
    {
        var body = new JsonObject { ["run_id"] = run, ["status"] = status };
        if (ended is { } time)
        {
            body["end_time"] = time.ToUnixTimeMilliseconds();
        }

        Post("runs/update", body);
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static JsonObject Pair((string Key, string Value) pair) => new() { ["key"] = pair.Key, ["value"] = pair.Value };

    private void Batch(string run, string what, IEnumerable<JsonObject> values) =>
        Post("runs/log-batch", new() { ["run_id"] = run, [what] = new JsonArray([.. values]) });

    private JsonNode? Post(string what, JsonObject body)
    {
        var (status, answer) = Send(HttpMethod.Post, what, body);
        return status == HttpStatusCode.OK ? answer : throw Refused(status, answer);
    }

    private (HttpStatusCode Status, JsonNode? Answer) Send(HttpMethod method, string what, JsonObject? body)
    {
        try
        {
            using var request = new HttpRequestMessage(method, new Uri($"{_server.AbsoluteUri.TrimEnd('/')}/api/2.0/mlflow/{what}"));
            if (body is not null)
            {
                request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
            }

            using var response = _client.Send(request);
            using var reader = new StreamReader(response.Content.ReadAsStream());
            return (response.StatusCode, Parse(reader.ReadToEnd()));
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or IOException)
        {
            throw new TrackingException($"{_server}: the tracking server does not answer ({e.Message.TrimEnd('.')}).", e);
        }
    }

    private static JsonNode? Parse(string text)
    {
        try
        {
            return text.Length == 0 ? null : JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private string Text(JsonNode? answer, params string[] path) =>
        path.Aggregate(answer, (node, key) => (node as JsonObject)?[key]) is JsonValue value
            ? value.ToString()
            : throw new TrackingException($"{_server}: answers, but not as a tracking server of MLflow does: {string.Join('.', path)} is missing.");

    private TrackingException Refused(HttpStatusCode status, JsonNode? answer) => new(
        $"{_server}: the tracking server refuses ({(int)status} {status}"
        + $"{((answer as JsonObject)?["message"] is { } message ? $": {message.ToString().TrimEnd('.')}" : "")}).");
}

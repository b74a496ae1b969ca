// Serves a model that DensityModel.Save wrote:
//   POST /sample    {"count": 5, "seed": 1}                {"samples": [[...], ...]}
//   POST /log-prob  {"rows": [[0.1, 0.2], ...]}            {"logProb": [...]}, in nats
// A conditional model takes "condition": [...] for all samples, and "conditions": [[...], ...], one for each row.
using System.Text.Json.Serialization;
using FFF;
using FFF.Formats;
using FFF.Native;
using TorchSharp;

const int MaxRows = 10_000;
const int MaxAtOnce = 64;
const int MaxWaiting = 10_000;

if (args is not [var file, .. var rest])
{
    Console.Error.WriteLine("Name the model: Serving model.safetensors [--urls http://127.0.0.1:5000]");
    return 2;
}

Libtorch.Load();
torch.set_num_threads(1); // Requests share the processors; one alone needs no more.
DensityModel model;
try
{
    model = DensityModel.Load(file);
}
catch (FileReadException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

using var owned = model;
var builder = WebApplication.CreateSlimBuilder(rest);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals);

// What comes beyond these waits, so that memory does not grow with the number of clients.
var places = new SemaphoreSlim(MaxAtOnce);
var waiting = 0;

using var app = builder.Build();
app.Use(async (context, next) =>
{
    if (Interlocked.Increment(ref waiting) > MaxWaiting)
    {
        Interlocked.Decrement(ref waiting);
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        return;
    }

    try
    {
        await places.WaitAsync(context.RequestAborted);
    }
    finally
    {
        Interlocked.Decrement(ref waiting);
    }

    try
    {
        await next(context);
    }
    finally
    {
        places.Release();
    }
});

app.MapPost("/sample", (SampleRequest request) => Answer(() =>
{
    RequireRows(request.Count);
    using var condition = request.Condition is null ? null : torch.tensor(request.Condition);
    using var samples = model.Sample(request.Count, condition, request.Seed);
    return new SampleAnswer([.. samples.data<double>().ToArray().Chunk((int)samples.shape[1])]);
}));

app.MapPost("/log-prob", (LogProbRequest request) => Answer(() =>
{
    var rows = request.Rows ?? throw new ArgumentException("""Expected rows, such as {"rows": [[0.1, 0.2]]}.""");
    RequireRows(rows.Length);
    return new LogProbAnswer(model.LogProb(Table(rows), request.Conditions is null ? null : Table(request.Conditions)));
}));

await app.StartAsync();
Console.WriteLine($"Serving on {string.Join(' ', app.Urls)}");
await app.WaitForShutdownAsync();
return 0;

static IResult Answer<T>(Func<T> answer)
{
    try
    {
        return Results.Ok(answer());
    }
    catch (ArgumentException e)
    {
        return Results.Problem(e.Message, statusCode: StatusCodes.Status400BadRequest);
    }
}

static void RequireRows(int count)
{
    if (count is < 1 or > MaxRows)
    {
        throw new ArgumentException($"Expected 1 to {MaxRows} rows, found {count}.");
    }
}

static double[,] Table(double[][] rows)
{
    if (rows.Length == 0 || rows.Any(row => row is null || row.Length != rows[0].Length))
    {
        throw new ArgumentException("Expected rows of one length.");
    }

    var table = new double[rows.Length, rows[0].Length];
    for (var i = 0; i < rows.Length; i++)
    {
        for (var j = 0; j < rows[0].Length; j++)
        {
            table[i, j] = rows[i][j];
        }
    }

    return table;
}

internal sealed record SampleRequest(int Count, long Seed, double[]? Condition);

internal sealed record SampleAnswer(double[][] Samples);

internal sealed record LogProbRequest(double[][]? Rows, double[][]? Conditions);

internal sealed record LogProbAnswer(double[] LogProb);

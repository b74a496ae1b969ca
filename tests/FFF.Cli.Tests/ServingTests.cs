using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using FFF.Flows;
using FFF.Native;
using FFF.Networks;
using FFF.Training;
using Xunit;

namespace FFF.Cli.Tests;

/// <summary>The example that serves a model, as a process of its own that is asked over loopback.</summary>
public sealed class ServingTests
{
    private const int Requests = 10_000;
    private const int WarmUp = 2_000;
    private const int AtOnce = 64;
    private const int Questions = 20;
    private const long MaxGrowth = 32 << 20;

    [Fact]
    public async Task TenThousandRequestsAreAnsweredRightInFlatMemory()
    {
        RequireAspNetCore();
        using var place = new Workplace();
        using var model = Fit();
        model.Save(place["model.safetensors"]);
        var expected = Enumerable.Range(0, Questions).Select(number => Direct(model, number)).ToArray();
        using var server = Start(place["model.safetensors"]);
        try
        {
            using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = AtOnce }) { BaseAddress = await AddressOf(server) };
            await Refused(client);
            var answers = new ConcurrentDictionary<int, string>();
            await Ask(client, 0, WarmUp, answers);
            var before = MemoryOf(server);
            await Ask(client, WarmUp, Requests, answers);
            var grown = MemoryOf(server) - before;
            TestContext.Current.SendDiagnosticMessage($"{before >> 20} MB, then {grown / 1024} KB more.");

            Assert.Equal(Questions, answers.Count);
            for (var number = 0; number < Questions; number++)
            {
                var found = Numbers(answers[number]);
                Assert.Equal(expected[number].Length, found.Length);
                Assert.All(expected[number].Zip(found), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
            }

            Assert.True(grown < MaxGrowth, $"The server grew by {grown >> 20} MB from {before >> 20} MB.");
        }
        finally
        {
            server.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Asks question i modulo 20 as request i. The same question always has the same answer, to the last digit.</summary>
    private static Task Ask(HttpClient client, int first, int end, ConcurrentDictionary<int, string> answers) => Parallel.ForEachAsync(
        Enumerable.Range(first, end - first), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (request, stop) =>
        {
            var number = request % Questions;
            using var response = number % 2 == 0
                ? await client.PostAsJsonAsync("/sample", new { count = 20, seed = number }, stop)
                : await client.PostAsJsonAsync("/log-prob", new { rows = Rows(number) }, stop);
            var text = await response.Content.ReadAsStringAsync(stop);
            Assert.True(response.IsSuccessStatusCode, text);
            Assert.Equal(answers.GetOrAdd(number, text), text);
        });

    private static async Task Refused(HttpClient client)
    {
        foreach (var (path, body, word) in new[]
        {
            ("/sample", """{"count": 0}""", "Expected 1 to 10000 rows, found 0"),
            ("/sample", """{"count": 2, "condition": [1]}""", "no condition"),
            ("/log-prob", """{"rows": [[1, 2], [3]]}""", "rows of one length"),
            ("/log-prob", """{"rows": [[1, 2, 3]]}""", "trained on rows of 2"),
            ("/log-prob", """{"rows": 7}""", ""),
            ("/log-prob", "{}", "Expected rows"),
            ("/log-prob", "null", ""),
            ("/log-prob", """{"rows": null}""", "Expected rows"),
            ("/log-prob", """{"row": [[1, 1]]}""", "Expected rows"),
            ("/log-prob", """{"rows": [null]}""", "rows of one length"),
            ("/log-prob", """{"rows": [[0, 1], ["NaN", 1]]}""", "Row 1, column 0 (counted from 0) is not finite"),
            ("/log-prob", """{"rows": [[1e308, 1]]}""", "far from the training data"),
            ("/sample", "{}", "Expected 1 to 10000 rows"),
        })
        {
            using var response = await client.PostAsync(path, new StringContent(body, System.Text.Encoding.UTF8, "application/json"),
                TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
            var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.Contains(word, text, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
        }
    }

    private static double[] Direct(DensityModel model, int number)
    {
        if (number % 2 == 1)
        {
            var rows = Rows(number);
            var table = new double[rows.Length, 2];
            for (var i = 0; i < rows.Length; i++)
            {
                (table[i, 0], table[i, 1]) = (rows[i][0], rows[i][1]);
            }

            return model.LogProb(table);
        }

        using var samples = model.Sample(20, null, number);
        return [.. samples.data<double>()];
    }

    private static double[][] Rows(int number) => [.. Enumerable.Range(0, 16).Select(row => new[] { Math.Sin(number + row), Math.Cos(0.3 * row) })];

    private static double[] Numbers(string answer)
    {
        IEnumerable<double> Of(JsonElement element) =>
            element.ValueKind == JsonValueKind.Array ? element.EnumerateArray().SelectMany(Of) : [element.GetDouble()];
        return [.. Of(JsonDocument.Parse(answer).RootElement.EnumerateObject().Single().Value)];
    }

    private static DensityModel Fit()
    {
        Libtorch.Load();
        var random = new Random(1);
        var data = new double[500, 2];
        for (var row = 0; row < 500; row++)
        {
            (data[row, 0], data[row, 1]) = (random.NextDouble(), Math.Sin(3 * random.NextDouble()));
        }

        return DensityModel.Fit(data, null, new ModelOptions
        {
            Method = new FreeFormMethod { Flow = new() { Network = new ResidualOptions { Blocks = 2, Widths = [32], Identity = true } } },
            Training = new TrainingConfig { Epochs = 3 },
        });
    }

    private static Process Start(string model) =>
        Process.Start(new ProcessStartInfo("dotnet", [Sources.Example("Serving"), model, "--urls", "http://127.0.0.1:0"]) { RedirectStandardOutput = true })!;

    private static async Task<Uri> AddressOf(Process server)
    {
        var line = await server.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) ?? "nothing: it has ended";
        return new Uri(Regex.Match(line, @"^Serving on (http://127\.0\.0\.1:\d+)") is { Success: true } match
            ? match.Groups[1].Value
            : throw new InvalidOperationException($"The server said {line}"));
    }

    private static long MemoryOf(Process server)
    {
        server.Refresh();
        return server.WorkingSet64;
    }

    private static void RequireAspNetCore()
    {
        using var listing = Process.Start(new ProcessStartInfo("dotnet", ["--list-runtimes"]) { RedirectStandardOutput = true })!;
        var runtimes = listing.StandardOutput.ReadToEnd();
        Assert.SkipUnless(runtimes.Contains($"Microsoft.AspNetCore.App {Environment.Version.Major}.", StringComparison.Ordinal),
            "ASP.NET Core's runtime, Microsoft.AspNetCore.App, is not installed.");
    }
}

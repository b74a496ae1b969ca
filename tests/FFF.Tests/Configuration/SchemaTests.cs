using System.Text.Json.Nodes;
using FFF.Configuration;
using Xunit;

namespace FFF.Tests.Configuration;

public sealed class SchemaTests : IDisposable
{
    private static readonly JsonObject Schema = JsonNode.Parse(ExperimentSchema.Create())!.AsObject();

    private readonly ConfigFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // JSON is YAML: the same text goes through the schema and through the program.
    [Theory]
    [InlineData(true, """{ "name": "a", "data": { "kind": "toy", "distribution": "rings" } }""")]
    [InlineData(true, """{ "name": 2024, "data": { "kind": "table", "path": "x.csv", "columns": [0, "b"] } }""")]
    [InlineData(true, """{ "name": "a", "seed": -1, "data": { "kind": "sbi", "task": "t", "simulations": 1e4 },"""
        + """ "evaluate": ["c2st", { "kind": "nll", "samples": null }] }""")]
    [InlineData(false, """{ "name": "a" }""")]
    [InlineData(false, """{ "data": { "kind": "toy", "distribution": "rings" } }""")]
    [InlineData(false, """{ "name": "a/b", "data": { "kind": "toy", "distribution": "rings" } }""")]
    [InlineData(false, """{ "name": "a", "data": { "kind": "toy", "distribution": "ring" } }""")]
    [InlineData(false, """{ "name": "a", "data": { "distribution": "rings" } }""")]
    [InlineData(false, """{ "name": "a", "data": { "kind": "toy", "distribution": "rings", "task": "t" } }""")]
    [InlineData(false, """{ "name": "a", "data": "sbi" }""")]
    [InlineData(false, """{ "name": "a", "data": { "kind": "table", "path": "" } }""")]
    [InlineData(false, """{ "name": "a", "data": { "kind": "toy", "distribution": "rings" }, "evaluate": [{ "samples": 3 }] }""")]
    [InlineData(false, """{ "name": "a", "data": { "kind": "toy", "distribution": "rings" }, "evaluate": "nll" }""")]
    public void WholeFilesAreJudgedAsTheProgramDoes(bool isValid, string text) => AssertJudged(isValid, text);

    [Theory]
    [InlineData(true, """ "method": { "flow": { "network": "dense", "latent": "normal" } } """)]
    [InlineData(true, """ "method": { "flow": { "network": { "blocks": 3, "widths": [8, 8.0] } } } """)]
    [InlineData(true, """ "method": { "flow": { "network": { "kind": "stack", "networks": ["residual", { "kind": "stack", "networks": ["dense"] }] } } } """)]
    [InlineData(false, """ "method": { "flow": { "network": "stack" } } """)]
    [InlineData(false, """ "method": { "flow": { "network": { "kind": "dense", "blocks": 3 } } } """)]
    [InlineData(false, """ "method": { "flow": { "network": { "widths": [] } } } """)]
    [InlineData(false, """ "method": { "flow": { "network": { "widths": [0] } } } """)]
    [InlineData(false, """ "method": { "flow": { "network": { "widths": [1.5] } } } """)]
    [InlineData(false, """ "method": { "flow": { "network": { "identity": "true" } } } """)]
    [InlineData(false, """ "method": { "flow": { "latent": { "degrees_of_freedom": 3 } } } """)]
    [InlineData(true, """ "method": { "objective": { "beta": 100, "noise": 0.1, "likelihood_warmup": { "to": 0.5 } } } """)]
    [InlineData(true,
        """ "method": { "objective": { "beta": { "value": 100 }, "noise": { "kind": "range", "low": 0.1, "high": 0.2 }, "likelihood_warmup": null } } """)]
    [InlineData(true, """ "method": { "objective": { "beta": { "kind": "range", "low": 1, "high": 2 } } } """)]
    [InlineData(false, """ "method": { "objective": { "beta": "fixed" } } """)]
    [InlineData(false, """ "method": { "objective": { "beta": "100" } } """)]
    [InlineData(false, """ "method": { "objective": { "beta": -1 } } """)]
    [InlineData(false, """ "method": { "objective": { "beta": { "kind": "range", "low": 1 } } } """)]
    [InlineData(false, """ "method": { "objective": { "likelihood_warmup": { "from": 0.5 } } } """)]
    [InlineData(false, """ "method": { "objective": { "noise": "none" } } """)]
    [InlineData(true, """ "training": { "optimizer": "adamw", "schedule": "constant", "ema": null, "device": "cuda:1" } """)]
    [InlineData(true, """ "training": { "optimizer": { "kind": "adamw", "learning_rate": 1e-3 }, "schedule": { "warmup": 0.1 } } """)]
    [InlineData(false, """ "training": { "optimizer": "sgd" } """)]
    [InlineData(false, """ "training": { "epochs": null } """)]
    [InlineData(false, """ "training": { "device": "gpu" } """)]
    [InlineData(false, """ "training": { "epoch": 5 } """)]
    [InlineData(false, """ "training": { "schedule": { "kind": "exponential" } } """)]
    [InlineData(false, """ "training": null """)]
    public void SectionsAreJudgedAsTheProgramDoes(bool isValid, string section) =>
        AssertJudged(isValid, $$"""{ "name": "a", "data": { "kind": "toy", "distribution": "rings" }, {{section}} }""");

    [Fact]
    public void AFileOverABaseNeedsToSayOnlyWhatDiffers()
    {
        _folder.Write("base.yaml", ConfigFolder.Minimal + "method: {objective: {beta: {kind: range, low: 1, high: 2}}}");

        AssertJudged(true, """{ "base": "base.yaml", "data": { "samples": 5 }, "method": { "objective": { "beta": { "high": 3 } } } }""");
        AssertJudged(false, """{ "base": "base.yaml", "data": { "samples": 1 } }""");
        AssertJudged(false, """{ "base": ["base.yaml"], "training": { "epoch": 1 } }""");
        AssertJudged(false, """{ "base": 1 }""");
    }

    [Fact]
    public void DefaultsAreThoseOfTheRecords()
    {
        var training = Schema["definitions"]!["TrainingConfig"]!["properties"]!;

        Assert.Equal(200, (int)training["epochs"]!["default"]!);
        Assert.Equal("""{"kind":"one-cycle","warmup":0.3,"initial":0.04,"final":4E-06,"beta1":null}""", training["schedule"]!["default"]!.ToJsonString());
        Assert.True(training["ema"]!.AsObject().TryGetPropertyValue("default", out var ema));
        Assert.Null(ema);
        Assert.Equal("adam", (string?)Schema["definitions"]!["OptimizerConfig"]!["properties"]!["kind"]!["default"]);
    }

    [Fact]
    public void EveryKeyIsDescribedByTheDocumentationOfItsProperty()
    {
        foreach (var (name, definition) in Schema["definitions"]!.AsObject())
        {
            Assert.True(definition!["description"] is not null, name);
            foreach (var (key, property) in definition["properties"]?.AsObject().Where(entry => entry.Value!["const"] is null) ?? [])
            {
                Assert.True(property!["description"] is not null, $"{name}.{key}");
            }
        }

        Assert.Equal("How often the training set is gone through.",
            (string?)Schema["definitions"]!["TrainingConfig"]!["properties"]!["epochs"]!["description"]);
        Assert.Contains("tanh: tanh x.", (string?)Schema["definitions"]!["DenseOptions"]!["properties"]!["activation"]!["description"],
            StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutTheDocumentationFileOnlyDescriptionsAreMissing()
    {
        var file = Path.Combine(AppContext.BaseDirectory, "FreeFormFlows.xml");
        File.Move(file, file + ".aside");
        try
        {
            var schema = JsonNode.Parse(ExperimentSchema.Create())!["definitions"]!["TrainingConfig"]!;

            Assert.Null(schema["description"]);
            Assert.Equal(200, (int)schema["properties"]!["epochs"]!["default"]!);
        }
        finally
        {
            File.Move(file + ".aside", file);
        }
    }

    [Fact]
    public void TheTextIsAlwaysTheSame() => Assert.Equal(ExperimentSchema.Create(), ExperimentSchema.Create());

    private void AssertJudged(bool isValid, string text)
    {
        var error = Record.Exception(() => _folder.Load(text));

        Assert.True(isValid == error is null, error?.Message);
        Assert.Equal(isValid, new JsonSchemaCheck(Schema).Accepts(JsonNode.Parse(text)));
    }
}

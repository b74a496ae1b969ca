using System.Diagnostics;
using System.Text.Json;
using Xunit;

namespace FFF.Cli.Tests;

/// <summary>Runs that are exported as ONNX, and asked by the example, which has no libtorch.</summary>
public sealed class ExportTests(ReaderRuns runs) : IClassFixture<ReaderRuns>
{
    [Theory]
    [MemberData(nameof(ReaderRuns.Names), MemberType = typeof(ReaderRuns))]
    public void TheExampleSaysWhatTheProgramSays(string name)
    {
        ReaderRuns.SkipLong(name);
        AssertSame(name);
    }

    /// <summary>Bonds are told by the graph of operators, too.</summary>
    [Fact]
    public void SoItDoesOfBondedParticles() => AssertSame(ReaderRuns.Bonded);

    /// <summary>Distances and log-densities are the program's, however molecules are turned.</summary>
    [Fact]
    public void SoItDoesOfMoleculesByDistancesAndAngles()
    {
        const string Name = ReaderRuns.Internal;
        runs.Train(Name);
        Assert.Equal(0, runs.Place.Run("export", "--run", Name, "--format", "onnx", "--out", Name).Code);
        ReaderRuns.AssertEqual(runs.OfProgram(["log-prob", "--run", Name, "--data", $"{Name}.csv"]), OfExample(["log-prob", Name, $"{Name}.csv"]));
        ReaderRuns.AssertEqual(
            Shapes(runs.OfProgram(["sample", "--run", Name, "-n", "101", "--seed", "3", "--log-prob"])),
            Shapes(OfExample(["sample", Name, "101", "--seed", "3", "--log-prob"])));

        static double[][] Shapes(double[][] rows) => [.. rows.Select(row => (double[])[.. Distances(row[..^1]), row[^1]])];
        static IEnumerable<double> Distances(double[] positions) =>
            from a in positions.Chunk(3).Index()
            from b in positions.Chunk(3).Take(a.Index)
            select Math.Sqrt(a.Item.Zip(b, (one, other) => (one - other) * (one - other)).Sum());
    }

    private void AssertSame(string name)
    {
        runs.Train(name);
        var exported = runs.Place.Run("export", "--run", name, "--format", "onnx");
        Assert.True(exported.Code == 0, exported.Error);
        Assert.Equal(4, exported.Out.TrimEnd().Split('\n').Length);

        var (folder, rows, condition) = ($"runs/{name}/v0001/export", ReaderRuns.RowsOf(name), ReaderRuns.ConditionOf(name));
        ReaderRuns.AssertEqual(runs.OfProgram(["log-prob", "--run", name, .. rows]), OfExample(["log-prob", folder, .. rows[1..]]));
        if (name == "elu")
        {
            Assert.Contains("draws normal codes alone", Run(["sample", folder, "2", .. condition]).Error, StringComparison.Ordinal);
            return;
        }

        // With log-densities and without, by files of their own.
        foreach (var (count, options) in ((string, string[])[])[("101", ["--log-prob"]), ("2", [])])
        {
            ReaderRuns.AssertEqual(
                runs.OfProgram(["sample", "--run", name, "-n", count, "--seed", "3", .. options, .. condition]),
                OfExample(["sample", folder, count, "--seed", "3", .. options, .. condition]));
        }
    }

    [Fact]
    public void WhatLiesOutsideOfBoundsHasNoDensity()
    {
        runs.Train("residual");
        Assert.Equal(0, runs.Place.Run("export", "--run", "residual", "--out", "bounded").Code);
        runs.Place.Write("outside.csv", "place,size,share\n0,1,0\n0,-1,0\n0,1,3.5\n0,1,-1\n");
        var expected = runs.OfProgram("log-prob", "--run", "residual", "--data", "outside.csv", "--condition", "0.3,1.2");
        Assert.Equal([false, true, true, false], expected.Select(row => double.IsNegativeInfinity(row[0])));
        ReaderRuns.AssertEqual(expected, OfExample(["log-prob", "bounded", "outside.csv", "--condition", "0.3,1.2"]));
    }

    [Fact]
    public void WhatCannotBeExportedIsToldAndNothingWritten()
    {
        using var place = new Workplace();
        place.Write("toy.yaml", Configs.Toy);
        var module = Path.Combine(Sources.Root, "tests/FFF.Tests/Networks/TorchScript/Modules/encoder.pt");
        var training = place.Run("train", "--config", "toy.yaml",
            $"method.flow.network={{kind: torchscript, encoder: '{module}'}}", "training.epochs=1", "evaluate=[]");
        Assert.True(training.Code == 0, training.Error);
        var refused = place.Run("export", "--run", "moons", "--out", "model");
        Assert.Equal(2, refused.Code);
        Assert.Contains("cannot be written as a graph of operators", refused.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(place["model"]));

        Assert.Equal(2, place.Run("export", "--run", "moons", "--format", "onyx").Code);
        Assert.Equal(2, place.Run("export", "--run", "moons", "--out", "toy.yaml").Code);
    }

    [Fact]
    public void TheFilesTellWhatTheyAre()
    {
        runs.Train("dense");
        var result = JsonDocument.Parse(runs.Place.Run("export", "--run", "dense", "--out", "told", "--json").Out).RootElement;
        var files = result.GetProperty("files").EnumerateArray().Select(file => file.GetString()!).ToList();
        Assert.Equal(["encode.onnx", "decode.onnx", "log_prob.onnx", "decode_with_log_prob.onnx"], files.Select(Path.GetFileName));
        var model = Onnx.ModelProto.Parser.ParseFrom(File.ReadAllBytes(files[2]));
        Assert.Equal(["x", "condition"], model.Graph.Input.Select(input => input.Name));
        Assert.Equal(["log_prob"], model.Graph.Output.Select(output => output.Name));
        var notes = model.MetadataProps.ToDictionary(note => note.Key, note => note.Value);
        Assert.Equal("""["place","size","share"]""", notes["fff.columns"]);
        Assert.Equal("""["hour","load"]""", notes["fff.condition_columns"]);
        Assert.Equal("dense/v0001", notes["fff.run"]);
        Assert.Equal(3, JsonSerializer.Deserialize<double[]>(notes["fff.scaling.data.std"])!.Length);
    }

    /// <summary>What the example is not given, or given wrongly, it tells in one line.</summary>
    [Fact]
    public void TheExampleTellsWhatItLacks()
    {
        runs.Train("dense");
        Assert.Equal(0, runs.Place.Run("export", "--run", "dense", "--out", "lacking").Code);
        runs.Place.Write("other.csv", "place,size\n0,1\n");
        Told("numbers, but the run's is 2: give hour, load by --condition", "sample", "lacking", "2");
        Told("has 3 numbers, but the run's is 2", "sample", "lacking", "2", "--condition", "1,2,3");
        Told("'gone' has no decode.onnx", "sample", "gone", "2");
        Told("has no column 'share'", "log-prob", "lacking", "other.csv", "--condition", "1,2");
        Told("not in a correct format", "sample", "lacking", "two", "--condition", "1,2");

        void Told(string expected, params string[] args)
        {
            var (code, text, error) = Run(args);
            Assert.Equal((1, ""), (code, text));
            Assert.Contains(expected, Assert.Single(error.TrimEnd().Split('\n')), StringComparison.Ordinal);
        }
    }

    private double[][] OfExample(string[] args)
    {
        var (code, text, error) = Run(args);
        Assert.True(code == 0, error);
        return ReaderRuns.Numbers(text);
    }

    private (int Code, string Out, string Error) Run(string[] args)
    {
        var start = new ProcessStartInfo("dotnet", [Sources.Example("Onnx"), .. args])
        {
            WorkingDirectory = runs.Place.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, text, error.GetAwaiter().GetResult());
    }
}

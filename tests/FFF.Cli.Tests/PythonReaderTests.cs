using System.Diagnostics;
using Xunit;

namespace FFF.Cli.Tests;

/// <summary><c>scripts/fff_run.py</c>, which reads runs with NumPy alone, says what the program says.</summary>
public sealed class PythonReaderTests(ReaderRuns runs) : IClassFixture<ReaderRuns>
{
    private static readonly Lazy<(string? Python, string Problem)> Found = new(Find);

    [Theory]
    [MemberData(nameof(ReaderRuns.Names), MemberType = typeof(ReaderRuns))]
    [InlineData(ReaderRuns.Internal)]
    [InlineData(ReaderRuns.Ensemble)]
    public void ItSaysWhatTheProgramSays(string name)
    {
        ReaderRuns.SkipLong(name);
        RequirePython();
        runs.Train(name);
        var (rows, condition) = (ReaderRuns.RowsOf(name), ReaderRuns.ConditionOf(name));
        ReaderRuns.AssertEqual(runs.OfProgram(["log-prob", "--run", name, .. rows]), OfPython(["log-prob", $"runs/{name}/v0001", .. rows]));
        if (name == ReaderRuns.Ensemble)
        {
            Refused("An ensemble has no codes", ["encode", $"runs/{name}/v0001", .. rows]);
        }
        else
        {
            ReaderRuns.AssertEqual(runs.OfProgram(["encode", "--run", name, .. rows]), OfPython(["encode", $"runs/{name}/v0001", .. rows]));
        }

        // Few, and no multiple of 16: each way of libtorch's to draw normal numbers.
        foreach (var count in (string[])["2", "101"])
        {
            ReaderRuns.AssertEqual(
                runs.OfProgram(["sample", "--run", name, "-n", count, "--seed", "3", "--log-prob", .. condition]),
                OfPython(["sample", $"runs/{name}/v0001", "-n", count, "--seed", "3", "--log-prob", .. condition]));
        }
    }

    [Fact]
    public void OfSeveralConditionsSoManyOfEachAreDrawn()
    {
        RequirePython();
        runs.Train("dense");
        runs.Place.Write("two.csv", "hour,load\n0.3,1.2\n-1,0.5\n");
        ReaderRuns.AssertEqual(
            runs.OfProgram("sample", "--run", "dense", "-n", "3", "--seed", "2", "--log-prob", "--condition", "two.csv"),
            OfPython(["sample", "runs/dense/v0001", "-n", "3", "--seed", "2", "--log-prob", "--condition", "two.csv"]));
    }

    [Fact]
    public void WhatItCannotDoIsToldByName()
    {
        RequirePython();
        runs.Train("dense");
        Refused("a condition of 2 numbers is needed", "sample", "runs/dense/v0001");
        Refused("The condition has 1 numbers", "sample", "runs/dense/v0001", "--condition", "1");
        Refused("has no column 'hour'", "log-prob", "runs/dense/v0001", "--data", "rows.csv", "--condition", "rows.csv");
        Refused("nowhere", "sample", "nowhere");
        Refused("epoch-7.safetensors: there is no such checkpoint", "sample", "runs/dense/v0001", "--checkpoint", "epoch-7");

        var config = runs.Place["runs/dense/v0001/config.yaml"];
        var text = File.ReadAllText(config);
        File.WriteAllText(config, text.Replace("kind: dense", "kind: mine", StringComparison.Ordinal));
        Refused("The network mine is none that is read here", "sample", "runs/dense/v0001", "--condition", "1,2");
        File.WriteAllText(config, text);

        var damaged = File.ReadAllBytes(runs.Place["runs/dense/v0001/checkpoints/last.safetensors"]);
        damaged[^1] ^= 1;
        File.WriteAllBytes(runs.Place["damaged.safetensors"], damaged);
        Refused("is damaged", "sample", "runs/dense/v0001", "--condition", "1,2", "--checkpoint", "damaged.safetensors");
    }

    private void Refused(string words, params string[] args)
    {
        var (code, _, error) = Run(args);
        Assert.Equal(1, code);
        Assert.Contains(words, error, StringComparison.Ordinal);
        Assert.DoesNotContain("Traceback", error, StringComparison.Ordinal);
    }

    private double[][] OfPython(string[] args)
    {
        var (code, text, error) = Run(args);
        Assert.True(code == 0, error);
        return ReaderRuns.Numbers(text);
    }

    private (int Code, string Out, string Error) Run(string[] args)
    {
        var start = new ProcessStartInfo(Found.Value.Python!, [Path.Combine(Sources.Root, "scripts", "fff_run.py"), .. args])
        {
            WorkingDirectory = runs.Place.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, text, error.GetAwaiter().GetResult());
    }

    private static void RequirePython() =>
        Assert.SkipWhen(Found.Value.Python is null, $"Needs a Python with NumPy, such as Debian's python3-numpy: {Found.Value.Problem}");

    private static (string? Python, string Problem) Find()
    {
        var problem = "";
        foreach (var python in (string[])["python3", "/usr/bin/python3"])
        {
            try
            {
                using var process = Process.Start(new ProcessStartInfo(python, ["-c", "import numpy"]) { RedirectStandardError = true })!;
                problem = process.StandardError.ReadToEnd().Trim().Split('\n')[^1];
                process.WaitForExit();
                if (process.ExitCode == 0)
                {
                    return (python, "");
                }
            }
            catch (System.ComponentModel.Win32Exception e)
            {
                problem = e.Message;
            }
        }

        return (null, problem);
    }
}

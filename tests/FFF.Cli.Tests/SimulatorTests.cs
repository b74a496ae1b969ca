using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Xunit;

namespace FFF.Cli.Tests;

/// <summary>Somebody with a simulator that is a program: first simulations, a further round for an observation, and checks by the simulator.</summary>
public sealed class SimulatorTests : IDisposable
{
    private const string Awk = "awk is Unix's";

    private readonly Workplace _place = new();

    /// <summary>y1 = a + noise, y2 = a·b + noise; every hundredth simulation fails.</summary>
    public SimulatorTests()
    {
        _place.Write("sim.awk", """
            function normal() { return sqrt(-2 * log(1 - rand())) * cos(6.283185307 * rand()) }
            BEGIN { FS = ","; srand(seed) }
            NR == 1 { print "y1,y2"; next }
            NR % 100 == 0 { print (NR % 200 == 0 ? "nan,-inf" : "inf,NA"); next }
            { printf "%.9g,%.9g\n", $1 + 0.1 * normal(), $1 * $2 + 0.1 * normal() }
            """ + "\n");
        Config("awk -v seed={seed} -f sim.awk {parameters} > {observations}");
    }

    public static bool HasAwk => OperatingSystem.IsLinux() || OperatingSystem.IsMacOS();

    public void Dispose() => _place.Dispose();

    [Fact(Skip = Awk, SkipUnless = nameof(HasAwk))]
    public void SimulatedTrainedCheckedAndNarrowedDown()
    {
        var first = Done("simulate", "--config", "own.yaml", "-n", "600");
        Assert.Equal("theta.csv\nx.csv\n", first.Out);
        Assert.Contains("6 of 600 simulations gave something that is not finite", first.Error, StringComparison.Ordinal);
        var theta = Rows("theta.csv");
        Assert.Equal(("a,b", 594), (File.ReadLines(_place["theta.csv"]).First(), theta.Count));
        Assert.All(theta, row => Assert.True(row[0] is >= 0 and <= 2 && row[1] is >= 0.1 and <= 10));
        Done("train", "--config", "own.yaml");

        // Fresh simulations in files, columns in another order.
        Done("simulate", "--config", "own.yaml", "-n", "120", "--seed", "7", "data.parameters=fresh_theta.csv", "data.observations=fresh_x.csv");
        Assert.NotEqual(theta[0], Rows("fresh_theta.csv")[0]);
        _place.Write("turned.csv", string.Concat(File.ReadLines(_place["fresh_x.csv"]).Select(line => string.Join(',', line.Split(',').Reverse()) + "\n")));
        string[] calibrate = ["eval-calibration", "--run", "own", "--parameters"];
        var calibrated = Done([.. calibrate, "fresh_theta.csv", "--observations", "turned.csv", "--posterior-samples", "40"]);
        Assert.Contains("119 fresh simulations", calibrated.Out, StringComparison.Ordinal);
        Assert.True(File.Exists(_place["runs/own/v0001/eval/calibration.files.json"]));
        UsageTests.Refused(_place, "parameters and observations together", [.. calibrate, "fresh_theta.csv"]);
        UsageTests.Refused(_place, "the columns of the run", [.. calibrate, "fresh_x.csv", "--observations", "fresh_theta.csv"]);

        // What is observed where the model is right is like what it predicts, and something impossible is not.
        var right = JsonDocument.Parse(Done("eval-predictive", "--run", "own", "--condition", "1,1.5", "-n", "300", "--json").Out).RootElement;
        Assert.Empty(right.GetProperty("unlike").EnumerateArray());
        Assert.InRange(right.GetProperty("columns")[0].GetProperty("median").GetDouble(), 0.5, 1.5);
        Assert.True(File.Exists(Directory.GetFiles(_place["runs/own/v0001/plots"], "predictive_*.png").Single()));
        var wrong = Done("eval-predictive", "--run", "own", "--condition", "y2=40,y1=-3", "--out", "wrong.png");
        Assert.Contains("unlike what the posterior predicts, in y1", wrong.Out, StringComparison.Ordinal);

        // A further round lies where the posterior does, and training goes on with it.
        var round = Done("simulate", "--run", "own", "--condition", "1,1.5", "-n", "200", "--epsilon", "0.05");
        Assert.Equal("theta.round-2.csv\nx.round-2.csv\n", round.Out);
        Assert.Contains("% of the prior is left", round.Error, StringComparison.Ordinal);
        var narrowed = Rows("theta.round-2.csv").Select(row => row[0]).ToList();
        Assert.True(narrowed.Max() - narrowed.Min() < 0.9 * (theta.Max(row => row[0]) - theta.Min(row => row[0])));
        const string More = "data.parameters.append=[theta.round-2.csv]";
        Assert.Contains($"fff train --from own/v0001 '{More}' 'data.observations.append=[x.round-2.csv]'", round.Error, StringComparison.Ordinal);
        Done("train", "--from", "own", More, "data.observations.append=[x.round-2.csv]");
        Assert.Equal("theta.round-3.csv\nx.round-3.csv\n", Done("simulate", "--run", "own", "--condition", "1,1.5", "-n", "20").Out);
    }

    [Fact(Skip = Awk, SkipUnless = nameof(HasAwk))]
    public void WhatASimulatorDoesWrongIsTold()
    {
        string[] simulate = ["simulate", "--config", "own.yaml", "-n", "10"];
        void Refused(string message, string command)
        {
            Config(command);
            var outcome = _place.Run(simulate);
            Assert.NotEqual(0, outcome.Code);
            Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", outcome.Error, StringComparison.Ordinal);
        }

        Refused("ended with exit code 3", "exit 3; {parameters} {observations}");
        Refused("has not written the file", "true {parameters} {observations}");
        Refused("9 rows of observations for 10 rows of parameters", "sed '$d' {parameters} > {observations}");
        Refused("wrote no observation that is finite", "sed '2,$s/.*/nan,1/' {parameters} > {observations}");
        Refused("cannot be read", "echo > {observations}; true {parameters}");
        Refused("expected {parameters} or {parameters.npy}", "python sim.py");
        Config("awk -f sim.awk {parameters} > {observations}");
        Assert.Equal(["own.yaml", "sim.awk"], _place.Entries());
        _place.Write("theta.csv", "a,b\n1,1\n");
        UsageTests.Refused(_place, "theta.csv: is there already", simulate);
        UsageTests.Refused(_place, "the prior of 'c' is needed", [.. simulate, "data.parameters={path: t.csv, columns: [a, b, c]}"]);
        UsageTests.Refused(_place, "bounds alone are no density", [.. simulate, "data.parameters=t.csv", "data.prior.c={bounds: [0, 1]}"]);
        UsageTests.Refused(_place, "give either --config", "simulate", "-n", "10");
        UsageTests.Refused(_place, "-n: expected a whole number", "simulate", "--config", "own.yaml", "-n", "0");
        _place.Write("toy.yaml", Configs.Toy);
        UsageTests.Refused(_place, "names no simulator", "simulate", "--config", "toy.yaml", "-n", "10");
    }

    /// <summary>One that hangs is ended with what it has started, by its time limit or by Ctrl+C, and nothing is written.</summary>
    [Fact(Skip = Awk, SkipUnless = nameof(HasAwk))]
    public void ASimulatorThatHangsIsEndedWithItsChildren()
    {
        Config("(sleep 3; touch alive) & echo begun; sleep 60; true {parameters} {observations}");
        var clock = Stopwatch.StartNew();
        var late = _place.Run("simulate", "--config", "own.yaml", "-n", "10", "data.simulator_timeout=0.5");
        Assert.Equal(1, late.Code);
        Assert.Contains("was still running after 0.5 s, which is all that data.simulator_timeout gives it", late.Error, StringComparison.Ordinal);

        using var running = _place.Start([], ["simulate", "--config", "own.yaml", "-n", "10"]);
        running.WaitFor("begun");
        Process.Start("kill", ["-INT", $"{running.Id}"]).WaitForExit();
        var stopped = running.End();
        Assert.NotEqual(0, stopped.Code);
        Assert.Contains("interrupted before it was done; nothing was written", stopped.Error, StringComparison.Ordinal);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 40);
        Thread.Sleep(TimeSpan.FromSeconds(3.5));
        Assert.Equal(["own.yaml", "sim.awk"], _place.Entries());
    }

    private void Config(string simulator) => _place.Write("own.yaml", $$"""
        name: own
        data:
          kind: simulations
          parameters: theta.csv
          observations: x.csv
          prior: { a: { uniform: [0, 2] }, b: { log-uniform: [0.1, 10] } }
          simulator: "{{simulator}}"
        method: { flow: { network: { kind: residual, blocks: 1, widths: [32], identity: true } } }
        training: { epochs: 15, batch_size: 32, threads: 1, device: cpu, optimizer: { learning_rate: 3.0e-3 } }
        """ + "\n");

    private Outcome Done(params string[] args)
    {
        var outcome = _place.Run(args);
        Assert.True(outcome.Code == 0, outcome.Error);
        return outcome;
    }

    private List<double[]> Rows(string name) => [.. File.ReadLines(_place[name]).Skip(1)
        .Select(line => line.Split(',').Select(cell => double.Parse(cell, CultureInfo.InvariantCulture)).ToArray())];
}

using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using FFF.Tests;
using Xunit;

namespace FFF.Cli.Tests;

/// <summary>The script for machines with a GPU, as far as it can be tried without one.</summary>
public sealed class AcceptanceScriptTests
{
    public static bool HasBash => OperatingSystem.IsLinux();

    [Fact(Skip = "The script needs bash", SkipUnless = nameof(HasBash))]
    public void ItsStepsRunOnTheEmulatedDevice()
    {
        LongRun.Only();
        using var place = new Workplace();
        var outcome = Script(place, "--emulate", "--out", "kept/results.jsonl", "--only", "doctor,train,resume,memory");
        Assert.True(outcome.Code == 0, outcome.Out + outcome.Error);
        var lines = File.ReadLines(place["kept/results.jsonl"]).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(["doctor", "train-qm9", "train-two_moons", "resume", "memory"], lines.Select(line => line.GetProperty("check").GetString()));
        Assert.All(lines, line => Assert.Contains(line.GetProperty("result").GetString(), (string[])["ok", "skipped"]));
        Assert.InRange(lines[0].GetProperty("largest_difference").GetDouble(), 0, 1e-4);
        Assert.Equal(0, lines[0].GetProperty("missing_symbols").GetInt32());
        Assert.Matches(@"^nll -?\d\S* \(CPU -?\d", lines[2].GetProperty("text").GetString());
        Assert.True(lines[3].GetProperty("same").GetBoolean(), lines[3].ToString());
        Assert.Equal(["kept", Path.Combine("kept", "results.jsonl")], place.Entries());
    }

    [Fact(Skip = "The script needs bash", SkipUnless = nameof(HasBash))]
    public void ACheckThatFailsIsALineAndNotAnEnd()
    {
        using var place = new Workplace();
        var outcome = Script(place, "--emulate", "--program", "/bin/false", "--only", "doctor,bench");
        Assert.Equal(1, outcome.Code);
        var lines = File.ReadLines(place["gpu_acceptance.jsonl"]).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(["failed", "failed"], lines.Select(line => line.GetProperty("result").GetString()));
        Assert.StartsWith("exit code 1:", lines[0].GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    [Fact(Skip = "The script needs bash", SkipUnless = nameof(HasBash))]
    public void WithoutADeviceItIsSkippedAndWrongUsageIsTold()
    {
        using var place = new Workplace();
        Assert.Equal(2, Script(place, "--emulat").Code);
        Assert.SkipWhen(Directory.EnumerateFiles("/dev", "nvidia?").Any() || File.Exists("/dev/dxg"), "There is a GPU.");
        var outcome = Script(place);
        Assert.Equal(77, outcome.Code);
        Assert.Contains("there is no CUDA device here", outcome.Error, StringComparison.Ordinal);
        Assert.Empty(place.Entries());
    }

    private static Outcome Script(Workplace place, params string[] args)
    {
        string[] program = args.Contains("--program") ? [] : ["--program", Path.Combine(AppContext.BaseDirectory, "fff")];
        var start = new ProcessStartInfo("bash", [ScriptFile(), .. program, .. args])
        {
            WorkingDirectory = place.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        using var started = new Started(Process.Start(start)!);
        return started.End();
    }

    private static string ScriptFile([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(here, "../../../scripts/gpu_acceptance.sh"));
}

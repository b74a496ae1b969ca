using FFF.Configuration;
using FFF.Runs;
using FFF.Sweeps;
using FFF.Tests.Formats;
using Xunit;

namespace FFF.Tests.Sweeps;

/// <summary>What Slurm is asked for, and what it answers.</summary>
public sealed class SlurmScriptTests
{
    [Theory]
    [InlineData("0-2,4,7-8", 0, 1, 2, 4, 7, 8)]
    [InlineData("3", 3)]
    public void NumbersAreWrittenAsRanges(string expected, params int[] numbers) => Assert.Equal(expected, SlurmScript.Ranges(numbers));

    [Fact]
    public void IndicesStayBelowAThousand()
    {
        using var root = new TemporaryFolder();
        var scripts = SlurmScript.Create(SweepFolder.At(root.Path, "s"), new SlurmConfig { MaxParallel = 8 }, [3, 999, 1000, 2500],
            new TrialProgram("/opt/my fff", []));
        Assert.Equal([0, 1000, 2000], scripts.Select(script => script.Offset));
        Assert.Contains("#SBATCH --array=3,999%8\n", scripts[0].Text, StringComparison.Ordinal);
        Assert.Contains("#SBATCH --array=500%8\n", scripts[2].Text, StringComparison.Ordinal);
        Assert.Contains("trial=$((SLURM_ARRAY_TASK_ID + 2000))\n", scripts[2].Text, StringComparison.Ordinal);
        Assert.Contains("'/opt/my fff' train --trial ", scripts[2].Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("50%j", "/50%%j/s.sweep/logs/slurm-%A_%a.log\n")]
    [InlineData("a b%a", "/a b%%a/s.sweep/logs/slurm-%A_%a.log\"\n")]
    [InlineData("it's #1", "/it's #1/s.sweep/logs/slurm-%A_%a.log\"\n")]
    public void WhatSlurmWouldReadOtherwiseIsWrittenInItsForm(string folder, string expected)
    {
        using var root = new TemporaryFolder();
        var script = Assert.Single(SlurmScript.Create(SweepFolder.At(root[folder], "s"), new SlurmConfig(), [0], new TrialProgram("fff", []))).Text;
        Assert.Contains(expected, script, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a\\b")]
    [InlineData("a\"b")]
    [InlineData("a\nb")]
    public void AFolderForWhichSlurmHasNoFormIsRefused(string folder)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "A backslash is a separator there.");
        using var root = new TemporaryFolder();
        var error =
            Assert.Throws<RunException>(() => SlurmScript.Create(SweepFolder.At(root[folder], "s"), new SlurmConfig(), [0], new TrialProgram("fff", [])));
        Assert.Contains("Slurm", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheQueueTellsWhichTrialsWaitAndRun()
    {
        SlurmJob[] jobs = [new("17", 0, DateTimeOffset.UnixEpoch), new("18", 1000, DateTimeOffset.UnixEpoch)];
        var states = Slurm.ParseQueue("17 3 RUNNING\n17 4 PENDING\n18 4 COMPLETING\n99 5 RUNNING\n17 N/A PENDING\n17 6 FAILED\n", jobs);
        Assert.Equal(
            [(3, TrialStatus.Running), (4, TrialStatus.Queued), (1004, TrialStatus.Running)],
            states.OrderBy(state => state.Key).Select(state => (state.Key, state.Value)));
    }
}

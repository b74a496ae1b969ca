using System.Diagnostics;
using FFF.Randomness;
using FFF.Tests;
using Xunit;

namespace FFF.Cli.Tests;

/// <summary>
/// Training that is ended at random moments, gone on with, and ended again, comes to the bits of training that was left
/// alone. Three moments of SIGKILL and one of SIGTERM; FFF_TEST_LONG=1 asks for fifty of each.
/// </summary>
public sealed class SurvivalTests
{
    private const int Kill = 9;

    private static readonly string[] Train =
    [
        "train", "--config", "toy.yaml", "--resume", "auto", "evaluate=[]", "training.epochs=80", "training.validate_every=1", "training.ema=0.99",
        "training.checkpoints={keep_last: 2, keep_every: 20}",
    ];

    [Theory(Skip = "Signals are Unix's", SkipUnless = nameof(ResumeTests.HasSignals), SkipType = typeof(ResumeTests))]
    [InlineData(Kill)]
    [InlineData(ResumeTests.Terminate)]
    public void WhateverTheMomentOfASignalTheResumedRunHasTheSameBits(int signal)
    {
        LongRun.Only(signal != Kill);
        var wanted = LongRun.Times(3, 50);
        using var undisturbed = new Workplace();
        undisturbed.Write("toy.yaml", Configs.Toy);
        var clock = Stopwatch.StartNew();
        Assert.Equal(0, undisturbed.Run(Train).Code);
        var duration = clock.Elapsed;

        using var place = new Workplace();
        place.Write("toy.yaml", Configs.Toy);
        var random = new Random((int)NamedSeed.Derive(0, "moments of signals", signal));
        var (moments, inTraining, whileWriting) = (0, 0, 0);
        for (var done = false; moments < wanted || !done;)
        {
            using var training = place.Start([], Train);
            if (moments < wanted)
            {
                // Anywhere from the program's start to its end, or in the midst of a checkpoint.
                if (random.Next(2) == 0)
                {
                    training.WaitAtMost(random.NextDouble() * duration);
                }
                else
                {
                    WaitForWriting(training, place, random.Next(1, 30));
                }

                _ = ResumeTests.Signal(training.Id, signal);
            }

            var outcome = training.End();
            done = outcome.Code == 0;
            if (done)
            {
                AssertSame(undisturbed, place, outcome.LastLine);
                continue;
            }

            // 3 where training was under way; before that, as after SIGKILL, the signal itself is the code.
            Assert.True(outcome.Code == 128 + signal || (signal == ResumeTests.Terminate && outcome.Code == 3), $"{outcome.Code}: {outcome.Error}");
            moments++;
            inTraining += IsInTraining(place) ? 1 : 0;
            whileWriting += Temporaries(place).Length > 0 ? 1 : 0;
            if (outcome.Code == 3)
            {
                // The second where it was asked to stop while it read its data.
                Assert.True(outcome.Error.Contains("all is saved", StringComparison.Ordinal)
                    || outcome.Error.Contains("nothing was written", StringComparison.Ordinal), outcome.Error);
                Assert.Empty(Temporaries(place));
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{moments} moments, {inTraining} of them after a first checkpoint, "
            + $"{whileWriting} while a checkpoint was being written; an undisturbed run takes {duration.TotalSeconds:F1} s.");
        Assert.NotEqual(0, inTraining);
        Assert.Empty(Temporaries(place));
    }

    /// <summary>All that training leaves, but for times and random names.</summary>
    private static void AssertSame(Workplace undisturbed, Workplace place, string run)
    {
        var version = run.Split('/')[^1];
        Assert.Equal("finished", ResumeTests.Status(place, version));
        Assert.Equal(Checkpoints(undisturbed, "v0001"), Checkpoints(place, version));
        Assert.All(Checkpoints(place, version),
            file => Assert.Equal(ResumeTests.Weights(undisturbed, "v0001", file), ResumeTests.Weights(place, version, file)));
        Assert.All((string[])["step", "loss", "gradient_norm", "val_objective"],
            column => Assert.Equal(ResumeTests.Column(undisturbed, "v0001", column), ResumeTests.Column(place, version, column)));
        Assert.False(File.Exists(place[$"runs/moons/{version}/.lock"]));
    }

    /// <summary>Whether the newest run has a checkpoint, and has not finished.</summary>
    private static bool IsInTraining(Workplace place) =>
        Directory.Exists(place["runs/moons"])
        && Directory.EnumerateDirectories(place["runs/moons"], "v*").Select(Path.GetFileName).Order(StringComparer.Ordinal).LastOrDefault() is { } newest
        && File.Exists(place[$"runs/moons/{newest}/checkpoints/last.safetensors"])
        && ResumeTests.Status(place, newest) != "finished";

    private static string[] Checkpoints(Workplace place, string version) =>
        [.. Directory.EnumerateFiles(place[$"runs/moons/{version}/checkpoints"])
            .Select(file => Path.GetFileNameWithoutExtension(file)!)
            .Where(file => !file.Contains(".state.", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)];

    /// <summary>Returns as so many temporary files of checkpoints have been seen, or the program has ended.</summary>
    private static void WaitForWriting(Started training, Workplace place, int count)
    {
        var seen = new HashSet<string>(Temporaries(place));
        for (count += seen.Count; seen.Count < count && !training.HasEnded; Thread.Yield())
        {
            seen.UnionWith(Temporaries(place));
        }
    }

    private static string[] Temporaries(Workplace place)
    {
        try
        {
            return [.. Directory.EnumerateDirectories(place["runs/moons"], "v*")
                .SelectMany(version => Directory.EnumerateFiles(Path.Combine(version, "checkpoints"), ".*.tmp"))];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }
}

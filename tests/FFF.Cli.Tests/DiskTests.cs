using System.Diagnostics;
using FFF.Tests;
using Xunit;
using Xunit.Sdk;

namespace FFF.Cli.Tests;

/// <summary>Disks that fill up, folders that go away or may not be written any more, many processes at once.</summary>
public sealed class DiskTests(TrainedRuns trained)
{
    private static readonly string[] Train =
        ["train", "--config", "toy.yaml", "--runs", "disk", "training.epochs=150", "training.validate_every=1",
            "flow.network.widths=[128, 128]", "evaluate=[]"];

    [Fact]
    public void ADiskThatFillsUpLeavesTheLastCheckpoint()
    {
        using var place = new Workplace();
        using var disk = Mounted.Memory(place, "disk", "16m");
        place.Write("toy.yaml", Configs.Toy);
        using (var training = place.Start([], Train))
        {
            training.WaitFor("Epoch 3:");
            Fill(place["disk/other"], leave: 1 << 17);
            Failed(training.End(), "disk");
        }

        GoesOn(place);
    }

    [Fact]
    public void AFolderThatWentAwayIsToldAndCanComeBack()
    {
        LongRun.Only();
        using var place = new Workplace();
        place.Write("toy.yaml", Configs.Toy);
        using (var training = place.Start([], Train))
        {
            training.WaitFor("Epoch 3:");
            Directory.Move(place["disk/moons"], place["away"]);
            Gone(training.End(), place);
            Assert.False(Directory.Exists(place["disk/moons"]));
        }

        Directory.Move(place["away"], place["disk/moons"]);
        GoesOn(place);
    }

    /// <summary>Whatever file is touched first: that is another one at every one of these moments.</summary>
    [Theory]
    [InlineData("removed")]
    [InlineData("emptied")]
    [InlineData("without its manifest")]
    [InlineData("interrupted")]
    public void AFolderThatWentAwayIsToldAlike(string how)
    {
        using var place = new Workplace();
        place.Write("toy.yaml", Configs.Toy);
        using var training = place.Start([], Train);
        training.WaitFor("Epoch 3:");
        switch (how)
        {
            case "removed":
                Remove(place["disk"]);
                break;
            case "emptied":
                Remove(place["disk/moons/v0001"], content: true);
                break;
            case "without its manifest":
                while (!training.HasEnded)
                {
                    File.Delete(place["disk/moons/v0001/manifest.json"]); // Again, since the next epoch may just be writing it.
                }

                break;
            default:
                // It stands still meanwhile, or it could end for want of its folder before it is interrupted.
                ResumeTests.Suspend(training.Id);
                Directory.Move(place["disk/moons"], place["away"]);
                ResumeTests.Interrupt(training.Id);
                ResumeTests.Continue(training.Id);
                break;
        }

        Gone(training.End(), place);
        Assert.False(Directory.Exists(place["disk/moons/v0001/plots"]) && how is "removed" or "emptied" or "interrupted");
    }

    [Fact]
    public void AFolderThatWentAwayDuringTheEvaluationsIsToldAlike()
    {
        using var place = new Workplace();
        place.Write("sbi.yaml", Configs.Sbi);
        using var training = place.Start([], ["train", "--config", "sbi.yaml", "--name", "moons", "--runs", "disk", "evaluate=[c2st]"]);
        training.WaitFor("Finished after");
        Directory.Move(place["disk/moons"], place["away"]);
        Gone(training.End(), place);
        Assert.False(Directory.Exists(place["disk/moons"]));
    }

    [Theory]
    [InlineData("1-10")]
    [InlineData("1-9")]
    public void AFolderThatWentAwayDuringAnEvaluationOfItsOwnIsToldAlike(string observations)
    {
        using var place = trained.Copy();
        Directory.CreateDirectory(place["disk"]);
        Directory.Move(place["runs/posterior"], place["disk/moons"]);
        using var evaluation = place.Start([], ["eval-c2st", "--observations", observations, "--runs", "disk"]);
        evaluation.WaitFor("Takes moons/v0001");
        Directory.Move(place["disk/moons"], place["away"]);
        Gone(evaluation.End(), place);
        Assert.False(Directory.Exists(place["disk/moons"]));
    }

    [Fact]
    public void CheckpointsThatMayNotBeWrittenAnyMoreLeaveTheLastOne()
    {
        LongRun.Only();
        using var place = new Workplace();
        place.Write("toy.yaml", Configs.Toy);
        using (var training = place.Start([], Train))
        {
            training.WaitFor("Epoch 3:");
            using var readOnly = Mounted.ReadOnly(place, "disk/moons/v0001/checkpoints");
            Failed(training.End(), "disk/moons/v0001/checkpoints");
            Assert.Equal("failed", ResumeTests.Status(place, "v0001", "disk/moons"));

            // To resume there is refused as well, at work and not as wrong usage.
            Failed(place.Run("train", "--runs", "disk", "--resume", "moons"), "disk/moons/v0001/checkpoints");
        }

        GoesOn(place);
    }

    [Fact]
    public void ProcessesAtOnceHaveVersionsOfTheirOwnAndAllRows()
    {
        var processes = LongRun.Times(6, 16);
        using var place = new Workplace();
        place.Write("toy.yaml", Configs.Toy);
        Started[] training = [.. Enumerable.Range(0, processes).Select(_ => place.Start([], ["train", "--config", "toy.yaml", "training.epochs=5"]))];
        try
        {
            Outcome[] outcomes = [.. training.Select(process => process.End())];
            Assert.All(outcomes, outcome => Assert.True(outcome.Code == 0, outcome.Error));
            string[] versions = [.. Enumerable.Range(1, processes).Select(version => $"v{version:D4}")];
            Assert.Equal(versions.Select(version => $"runs/moons/{version}"), outcomes.Select(outcome => outcome.LastLine).Order(StringComparer.Ordinal));
            Assert.All(versions, version =>
            {
                Assert.Equal("finished", ResumeTests.Status(place, version));
                Assert.Equal(["1", "2", "3", "4", "5"], ResumeTests.Column(place, version, "epoch"));
                Assert.Equal(ResumeTests.Column(place, "v0001", "loss"), ResumeTests.Column(place, version, "loss"));
            });
        }
        finally
        {
            Array.ForEach(training, process => process.Dispose());
        }
    }

    private static void Gone(Outcome outcome, Workplace place)
    {
        Assert.True(outcome.Code == 1, $"{outcome.Code}: {outcome.Error}");
        Assert.Contains(
            $"\nfff: {place["disk/moons/v0001"]}: the folder of this run, or what was in it, is gone: "
            + "it was removed, moved, or its disk was taken away while it was in use. "
            + $"Bring it back, and training goes on from its last checkpoint with 'fff train --resume {place["disk/moons/v0001"]}'; "
            + "or train a new run, elsewhere by --runs.\n",
            "\n" + outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("no such file", outcome.Error, StringComparison.Ordinal);
        Assert.Empty(outcome.Out);
    }

    /// <summary>Removes a folder, or what is in it, while others write into it.</summary>
    private static void Remove(string folder, bool content = false)
    {
        while (true)
        {
            try
            {
                foreach (var inside in content ? Directory.GetFileSystemEntries(folder) : [folder])
                {
                    if (File.Exists(inside))
                    {
                        File.Delete(inside);
                    }
                    else
                    {
                        Directory.Delete(inside, recursive: true);
                    }
                }

                return;
            }
            catch (IOException) when (Directory.Exists(folder))
            {
                // Something was written meanwhile, or moved to its place.
            }
        }
    }

    private static void Failed(Outcome outcome, string file)
    {
        Assert.True(outcome.Code == 1, $"{outcome.Code}: {outcome.Error}");
        Assert.Contains("cannot be written", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("its disk is not full, or choose another folder", outcome.Error, StringComparison.Ordinal);
        Assert.Contains(file, outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", outcome.Error, StringComparison.Ordinal);
    }

    /// <summary>The checkpoint can be read; once there is room again, the same command finishes the run.</summary>
    private static void GoesOn(Workplace place)
    {
        Assert.Equal(0, place.Run("sample", "--runs", "disk", "--run", "moons", "--checkpoint", "last", "-n", "10", "--out", "drawn.csv").Code);
        File.Delete(place["disk/other"]);
        var resumed = place.Run([.. Train, "--resume", "auto"]);
        Assert.True(resumed.Code == 0, resumed.Error);
        Assert.Equal("disk/moons/v0001", resumed.LastLine);
        Assert.Equal(151, File.ReadAllLines(place["disk/moons/v0001/metrics.csv"]).Length);
    }

    /// <summary>Takes all space of a disk but for a few bytes.</summary>
    private static void Fill(string file, int leave)
    {
        using var stream = new FileStream(file, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var block = new byte[1 << 14];
        try
        {
            while (true)
            {
                stream.Write(block);
            }
        }
        catch (IOException)
        {
            stream.SetLength(Math.Max(0, stream.Length - leave));
        }
    }
}

/// <summary>A folder that lies on a disk of its own, or may only be read; undone at the end. Skips the test where that is not permitted.</summary>
internal sealed class Mounted : IDisposable
{
    private readonly string _folder;
    private readonly bool _isMounted;

    private Mounted(string folder, bool isMounted) => (_folder, _isMounted) = (folder, isMounted);

    public static Mounted Memory(Workplace place, string name, string size)
    {
        Directory.CreateDirectory(place[name]);
        Assert.SkipUnless(OperatingSystem.IsLinux() && Run("mount", "-t", "tmpfs", "-o", $"size={size}", "tmpfs", place[name]),
            "Only root on Linux can mount a small disk.");
        return new(place[name], isMounted: true);
    }

    public static Mounted ReadOnly(Workplace place, string name)
    {
        if (OperatingSystem.IsLinux() && MountReadOnly(place[name], place["view"]))
        {
            return new(place[name], isMounted: true);
        }

        if (!OperatingSystem.IsWindows() && Environment.UserName != "root")
        {
            File.SetUnixFileMode(place[name], UnixFileMode.UserRead | UnixFileMode.UserExecute);
            return new(place[name], isMounted: false);
        }

        throw SkipException.ForSkip("Permissions are Unix's and do not bind root, and nothing can be mounted here.");
    }

    public void Dispose()
    {
        if (_isMounted)
        {
            Assert.True(Run("umount", "-l", _folder));
        }
        else if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>A view of the folder is laid over it once it is read-only: one that is being written through cannot be made so.</summary>
    private static bool MountReadOnly(string folder, string view)
    {
        Directory.CreateDirectory(view);
        if (!Run("mount", "--bind", folder, view))
        {
            return false;
        }

        var done = Run("mount", "-o", "remount,bind,ro", view) && Run("mount", "--bind", view, folder);
        Assert.True(Run("umount", "-l", view));
        return done;
    }

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
